import { llm } from '#llm'
import type Conversation from '#app/sales_agent/conversations/models/conversation'
import type Message from '#app/sales_agent/conversations/models/message'
import type { AgentReply } from '#app/sales_agent/conversations/types'
import { agentSettingsOf } from '#app/sales_agent/settings/services/agent_settings'
import { captureVisitorContact } from './capture_visitor_contact.js'
import { keepClaim } from './claim_message.js'
import { holdUnit } from './conversation_unit.js'
import { detectContact } from './detect_contact.js'
import { asksForAPerson } from './detect_handoff.js'
import { groundedAnswer, type GroundedAnswer } from './grounded_answer.js'
import { handOver } from './hand_over.js'
import { answerWithModel } from './model_answer.js'
import { toReply } from './reply_of.js'
import { SaveReply } from './save_reply.js'
import { say } from './words.js'

export interface Turn {
  conversation: Conversation
  /** The visitor's message, kept and claimed. */
  message: Message
  /** `performance.now()` when the message came in. */
  startedAt: number
  signal?: AbortSignal
  onToken: (text: string) => void
}

type Draft = Omit<AgentReply, 'id'>

/**
 * Answers one kept message: contact details become a lead, a wish for a person hands over,
 * everything else is looked up in the catalogue and, with a model at hand, put into its words.
 */
export async function takeTurn(turn: Turn): Promise<AgentReply> {
  const { conversation, message } = turn
  const speaker = new Speaker(turn)
  const stopKeeping = keepClaim(message.workspaceId, message.id)
  try {
    await holdUnit(conversation, message.id)
    const opening = await openingOf(turn)
    if (opening.text) speaker.say(opening.text)
    const draft = opening.isAll
      ? draftOf(opening.kind, speaker.text)
      : await answerQuestion(turn, speaker, opening.question)
    const saved = await new SaveReply().handle({
      conversation,
      messageId: message.id,
      role: 'agent',
      reply: { ...draft, text: speaker.text },
      firstWordMs: speaker.firstWordMs,
      latencyMs: Math.round(performance.now() - turn.startedAt),
    })
    return toReply(saved)
  } finally {
    stopKeeping()
  }
}

interface Opening {
  /** Said before the answer proper: that an AI answers, thanks for contact details. */
  text: string
  kind: string
  /** Nothing more to look up. */
  isAll: boolean
  /** What is left to answer. */
  question: string
}

async function openingOf({ conversation, message }: Turn): Promise<Opening> {
  const { locale } = conversation
  const settings = await agentSettingsOf(conversation.workspaceId)
  // The widget and the demo page begin with a greeting that says so; a program has seen none.
  const parts =
    conversation.channel === 'api' && conversation.visitorMessages === 1
      ? [say(locale, 'disclosure', { name: settings.name })]
      : []
  const contact = detectContact(message.text, locale)
  const gaveContact = contact !== null && (contact.email !== null || contact.phone !== null)
  if (contact) await captureVisitorContact(conversation, contact)
  if (gaveContact) {
    const { visitorName: name } = conversation
    parts.push(
      name ? say(locale, 'contact_thanks', { name }) : say(locale, 'contact_thanks_unnamed')
    )
  }
  if (asksForAPerson(message.text)) {
    parts.push(await handOverInWords(conversation))
    return { text: parts.join(' '), kind: 'handoff', isAll: true, question: '' }
  }
  if (gaveContact && contact.rest === '') {
    return { text: parts.join(' '), kind: 'contact', isAll: true, question: '' }
  }
  const question = gaveContact ? contact.rest : message.text
  return { text: parts.join(' '), kind: 'answer', isAll: false, question }
}

async function answerQuestion(turn: Turn, speaker: Speaker, question: string): Promise<Draft> {
  const { conversation } = turn
  const grounded = await groundedAnswer(conversation, question)
  speaker.paragraph()
  if (grounded.kind === 'human') {
    speaker.say(await handOverInWords(conversation))
    return draftOf('handoff', speaker.text)
  }
  const spoken = await speakWithModel(turn, speaker, question, grounded)
  if (!spoken?.complete) {
    if (spoken) speaker.paragraph()
    speaker.say(wordsOf(grounded, conversation))
  }
  return {
    kind: grounded.kind,
    text: speaker.text,
    products: grounded.products,
    sources: grounded.sources,
    engine: spoken?.complete ? 'model' : 'grounded',
    costMicros: spoken?.costMicros ?? 0,
    class: spoken?.complete ? spoken.class : 'grounded',
  }
}

/** Who has left an address or number is not asked for it again. */
function wordsOf(grounded: GroundedAnswer, conversation: Conversation): string {
  return grounded.kind === 'not_found' && isReachable(conversation)
    ? say(grounded.locale, 'not_found_noted')
    : grounded.text
}

async function handOverInWords(conversation: Conversation): Promise<string> {
  await handOver(conversation)
  return say(conversation.locale, isReachable(conversation) ? 'handoff' : 'handoff_ask_contact')
}

function isReachable({ visitorEmail, visitorPhone }: Conversation): boolean {
  return visitorEmail !== null || visitorPhone !== null
}

/** A model has something to say only about rows; what is not known is said by a template. */
async function speakWithModel(
  turn: Turn,
  speaker: Speaker,
  question: string,
  grounded: GroundedAnswer
) {
  const { conversation } = turn
  const hasFacts = grounded.products.length > 0 || grounded.facts.length > 0
  if (!hasFacts || conversation.unitState === 'uncovered' || !llm.available()) return null
  return answerWithModel({
    conversation,
    messageId: turn.message.id,
    question,
    grounded,
    settings: await agentSettingsOf(conversation.workspaceId),
    signal: turn.signal,
    onToken: (text) => speaker.say(text),
  })
}

function draftOf(kind: string, text: string): Draft {
  return {
    kind,
    text,
    products: [],
    sources: [],
    engine: 'grounded',
    costMicros: 0,
    class: 'grounded',
  }
}

/** Passes words on as they come and remembers all of them and when the first one came. */
class Speaker {
  text = ''
  firstWordMs: number | null = null
  #wantsParagraph = false

  constructor(private readonly turn: Turn) {}

  say(words: string): void {
    if (!words) return
    this.firstWordMs ??= Math.round(performance.now() - this.turn.startedAt)
    const separated = this.#wantsParagraph && this.text ? `\n\n${words}` : words
    this.#wantsParagraph = false
    this.text += separated
    this.turn.onToken(separated)
  }

  /** The next words begin a paragraph of their own. */
  paragraph(): void {
    this.#wantsParagraph = true
  }
}
