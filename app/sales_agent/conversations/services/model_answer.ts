import { Workspace } from '#accounts'
import { llm } from '#llm'
import type { RequestClass } from '#wallet'
import type Conversation from '#app/sales_agent/conversations/models/conversation'
import Message from '#app/sales_agent/conversations/models/message'
import type AgentSettings from '#app/sales_agent/settings/models/agent_settings'
import { figuresAreTrue } from './figures_are_true.js'
import type { GroundedAnswer } from './grounded_answer.js'
import { buildPrompt, REMEMBERED_MESSAGES } from './prompt.js'
import { SentenceGate } from './sentence_gate.js'

/** Longest answer in tokens: about 80 words of French with room to finish the sentence. */
const MAX_OUTPUT_TOKENS = 260
/** Visitor messages of more words than this are worth the next request class. */
const SIMPLE_WORDS = 12

const LINK = /\bhttps?:\/\/|\bwww\.|<[a-z/!]|!\[|\]\(/i

export interface ModelAnswerInput {
  conversation: Conversation
  messageId: string
  question: string
  grounded: GroundedAnswer
  settings: AgentSettings
  signal?: AbortSignal
  onToken: (text: string) => void
}

export interface ModelAnswerResult {
  /** What has been shown to the visitor; may be the beginning only. */
  text: string
  /** False when the rest has to come from the grounded engine. */
  complete: boolean
  costMicros: number
  class: RequestClass
}

/**
 * Lets a model put the retrieved rows into words, sentence by sentence, each checked against
 * those rows before it is shown. Null when no model spoke (none configured, no credit, failed).
 */
export async function answerWithModel(input: ModelAnswerInput): Promise<ModelAnswerResult | null> {
  const { conversation, grounded, question } = input
  const facts = {
    products: grounded.products,
    texts: [grounded.text, ...grounded.facts],
    question,
  }
  const refusal = new AbortController()
  const gate = new SentenceGate(
    (text) => !LINK.test(text) && figuresAreTrue(text, facts),
    input.onToken
  )
  const requestClass = question.trim().split(/\s+/).length <= SIMPLE_WORDS ? 'simple' : 'standard'
  const result = await llm.stream({
    workspaceId: conversation.workspaceId,
    purpose: 'sales_agent.answer',
    class: requestClass,
    ...(await promptFor(input)),
    maxOutputTokens: MAX_OUTPUT_TOKENS,
    signal: input.signal ? AbortSignal.any([input.signal, refusal.signal]) : refusal.signal,
    reference: { type: 'conversation', id: conversation.id },
    actor: { kind: 'visitor', id: conversation.visitorId ?? undefined },
    onToken: (piece) => {
      gate.push(piece)
      if (gate.refused) refusal.abort()
    },
    accept: () => gate.finish(),
  })
  if (result.ok) {
    const complete = !result.cut && gate.text.trim() !== ''
    return { text: gate.text, complete, costMicros: result.priceMicros, class: result.class }
  }
  if (!gate.text) return null
  return { text: gate.text, complete: false, costMicros: 0, class: requestClass }
}

async function promptFor(input: ModelAnswerInput) {
  const { conversation, grounded } = input
  const [workspace, earlier] = await Promise.all([
    Workspace.findOrFail(conversation.workspaceId),
    Message.in(conversation.workspaceId)
      .where('conversation_id', conversation.id)
      .where('id', '<', input.messageId)
      .whereIn('role', ['visitor', 'agent'])
      .orderBy('id', 'desc')
      .limit(REMEMBERED_MESSAGES),
  ])
  return buildPrompt({
    agentName: input.settings.name,
    shopName: workspace.name,
    locale: grounded.locale,
    question: input.question,
    earlier: earlier.reverse().map(({ role, text }) => ({
      role: role as 'visitor' | 'agent',
      text,
    })),
    products: grounded.products,
    knowledge: grounded.facts,
    groundedText: grounded.text,
  })
}
