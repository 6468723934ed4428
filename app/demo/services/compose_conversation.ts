import { randomUUID } from 'node:crypto'
import type { DateTime } from 'luxon'
import type { PastConversation, PastMessage } from '#sales_agent'
import { CONTACT_LINES, HUMAN_LINES } from '#app/demo/data/visitor_lines'
import type { AnsweredLine, DemoAnswers, DemoLocale } from '#app/demo/services/demo_answers'
import type { DemoPerson } from '#app/demo/services/invent_person'
import type { SeededRandom } from '#shared/random'

/** Shares seen on a shop's website: most people look around, one in eight leaves a contact. */
const OUTCOMES = { browse: 66, lead: 13, unsold: 8, shop: 8, handoff: 5 }

const THANKS = {
  fr: 'Merci, c’est noté : l’équipe vous répond sous un jour ouvré.',
  en: 'Thank you, noted: the team will answer within one working day.',
}
const HANDED_OVER = {
  fr: 'Je vous mets en relation avec une personne de l’équipe.',
  en: 'I am handing you over to somebody from the team.',
}

export interface ComposedConversation {
  conversation: PastConversation
  outcome: keyof typeof OUTCOMES
  /** What the visitor asked about, for the deal. */
  interest: string
  /** Price of the first product shown, in cents. */
  amountCents: number | null
}

/** Writes one believable conversation of a visitor with the agent. */
export class ComposeConversation {
  constructor(
    private readonly answers: DemoAnswers,
    private readonly random: SeededRandom
  ) {}

  handle(
    input: { workspaceId: string; locale: DemoLocale; at: DateTime; isRecent: boolean },
    person: DemoPerson
  ): ComposedConversation {
    const outcome = this.random.weighted(OUTCOMES)
    const lines = this.#lines(outcome, input.locale)
    const clock = new Clock(input.at, this.random)
    const messages = lines.flatMap((line) => this.#turn(line, clock))
    const conversation: PastConversation = {
      id: randomUUID(),
      ...{ workspaceId: input.workspaceId, channel: 'widget', locale: input.locale },
      status: input.isRecent ? 'open' : 'closed',
      subject: lines[0]!.question,
      messages,
    }
    if (outcome === 'lead') this.#leaveContact(conversation, person, clock)
    if (outcome === 'handoff') this.#handOver(conversation, input.isRecent, clock)

    const shown = lines.flatMap((line) => line.answer.products)[0]
    return {
      conversation,
      outcome,
      interest: lines[0]!.question,
      amountCents: shown ? Math.round(Number(shown.price) * 100) : null,
    }
  }

  #lines(outcome: keyof typeof OUTCOMES, locale: DemoLocale): AnsweredLine[] {
    const answers = this.answers[locale]
    const product = () => this.random.pick(answers.product)
    switch (outcome) {
      case 'unsold':
        return [this.random.pick(answers.unsold), ...(this.random.chance(0.4) ? [product()] : [])]
      case 'shop':
        return [this.random.pick(answers.shop)]
      case 'handoff':
        return [product(), this.random.pick(answers.handoff)]
      case 'browse':
      case 'lead':
        return Array.from({ length: this.random.between(1, 3) }, product)
    }
  }

  #turn({ question, answer }: AnsweredLine, clock: Clock): PastMessage[] {
    const firstWordMs = this.random.between(12, 60)
    return [
      { role: 'visitor', text: question, at: clock.after(5, 45) },
      {
        role: 'agent',
        kind:
          answer.intent === 'not_sold'
            ? 'not_found'
            : answer.products.length
              ? 'products'
              : 'answer',
        ...{ text: answer.text, products: answer.products, sources: answer.sources },
        ...{ engine: 'grounded', firstWordMs, latencyMs: firstWordMs + this.random.between(5, 30) },
        at: clock.after(1, 2),
      },
    ]
  }

  #leaveContact(conversation: PastConversation, person: DemoPerson, clock: Clock): void {
    const line = this.random
      .pick(CONTACT_LINES[conversation.locale])
      .replace('{name}', person.name)
      .replace('{email}', person.email)
    const leadAt = clock.after(20, 90)
    conversation.messages.push(
      { role: 'visitor', text: line, at: leadAt },
      {
        ...{ role: 'agent', kind: 'contact', text: THANKS[conversation.locale] },
        ...{ engine: 'grounded', firstWordMs: 15, latencyMs: 21, at: clock.after(1, 1) },
      }
    )
    Object.assign(conversation, { leadAt, visitorName: person.name, visitorEmail: person.email })
  }

  #handOver(conversation: PastConversation, isRecent: boolean, clock: Clock): void {
    const last = conversation.messages.at(-1)!
    Object.assign(last, { kind: 'handoff', text: HANDED_OVER[conversation.locale], products: [] })
    conversation.handoffAt = last.at
    if (isRecent) {
      conversation.status = 'handoff'
      return
    }
    const text = this.random.pick(HUMAN_LINES[conversation.locale])
    conversation.messages.push({ role: 'human', text, at: clock.after(120, 1500) })
  }
}

/** Time that passes between the messages of a conversation. */
class Clock {
  #now: DateTime

  constructor(
    start: DateTime,
    private readonly random: SeededRandom
  ) {
    this.#now = start
  }

  after(minSeconds: number, maxSeconds: number): Date {
    this.#now = this.#now.plus({ seconds: this.random.between(minSeconds, maxSeconds) })
    return this.#now.toJSDate()
  }
}
