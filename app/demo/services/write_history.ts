import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { DateTime } from 'luxon'
import { recordPastCall } from '#llm'
import { closeMonthOf } from '#wallet'
import { linkPastConversation, recordPastConversation, recordPastVisits } from '#sales_agent'
import { momentOf, type DemoDay } from '#app/demo/calendar'
import {
  ComposeConversation,
  type ComposedConversation,
} from '#app/demo/services/compose_conversation'
import type { DemoAnswers, DemoLocale } from '#app/demo/services/demo_answers'
import { inventPerson } from '#app/demo/services/invent_person'
import { WriteDeal } from '#app/demo/services/write_deal'
import type { SeededRandom } from '#shared/random'

/** Share of the answers that a connected model gave: what the month's credit allows. */
const MODEL_SHARE = 0.07
const FRENCH_SHARE = 0.72
/** Deals a day that came by telephone or in the shop, to compare with. */
const OTHER_DEALS_PER_DAY = 0.45
/** A handoff younger than this still waits for somebody. */
const RECENT_HOURS = 20

export interface WrittenHistory {
  conversations: number
  deals: number
  openDealIds: string[]
}

/** Writes the demo's days one after the other, as they would have happened. */
export class WriteHistory {
  readonly #compose: ComposeConversation
  readonly #deals: WriteDeal
  readonly #written: WrittenHistory = { conversations: 0, deals: 0, openDealIds: [] }
  #serial = 0

  constructor(
    private readonly workspaceId: string,
    answers: DemoAnswers,
    private readonly now: DateTime,
    private readonly random: SeededRandom
  ) {
    this.#compose = new ComposeConversation(answers, random)
    this.#deals = new WriteDeal(now, random)
  }

  async handle(days: DemoDay[], trx: TransactionClientContract): Promise<WrittenHistory> {
    await recordPastVisits(
      this.workspaceId,
      days.map(({ date, visits }) => ({ day: date.toISODate()!, visits })),
      trx
    )
    for (const [index, day] of days.entries()) {
      const begins = index === 0 || day.date.day === 1
      if (begins) await closeMonthOf(this.workspaceId, day.date.toJSDate(), trx)
      await this.#day(day, trx)
    }
    return this.#written
  }

  async #day(day: DemoDay, trx: TransactionClientContract): Promise<void> {
    const moments = Array.from({ length: day.conversations }, () =>
      momentOf(day.date, this.now, this.random)
    ).sort((a, b) => a.toMillis() - b.toMillis())
    for (const at of moments) await this.#conversation(at, trx)

    const others = this.random.poisson(OTHER_DEALS_PER_DAY)
    for (let i = 0; i < others; i++) {
      await this.#otherDeal(momentOf(day.date, this.now, this.random), trx)
    }
  }

  async #conversation(at: DateTime, trx: TransactionClientContract): Promise<void> {
    const locale: DemoLocale = this.random.chance(FRENCH_SHARE) ? 'fr' : 'en'
    const person = inventPerson(locale, ++this.#serial, this.random)
    const isRecent = this.now.diff(at, 'hours').hours < RECENT_HOURS
    const composed = this.#compose.handle(
      { workspaceId: this.workspaceId, locale, at, isRecent },
      person
    )
    await this.#letModelAnswer(composed, trx)
    await recordPastConversation(composed.conversation, trx)
    this.#written.conversations++
    if (composed.outcome !== 'lead') return

    const id = composed.conversation.id
    const captured = await this.#deals.handle(
      {
        ...{ workspaceId: this.workspaceId, person, locale, source: 'widget' },
        ...{ conversationId: id, interest: composed.interest },
        amountCents: this.#basket(composed.amountCents),
        at: at.plus({ minutes: 4 }),
      },
      trx
    )
    await linkPastConversation(this.workspaceId, id, captured, trx)
    this.#count(captured.dealId)
  }

  async #otherDeal(at: DateTime, trx: TransactionClientContract): Promise<void> {
    const locale: DemoLocale = this.random.chance(FRENCH_SHARE) ? 'fr' : 'en'
    const person = inventPerson(locale, ++this.#serial, this.random)
    const interest = locale === 'fr' ? 'Commande pour un groupe' : 'Group order'
    const captured = await this.#deals.handle(
      {
        ...{ workspaceId: this.workspaceId, person, locale, conversationId: null, interest, at },
        source: this.random.pick(['phone', 'shop', 'email']),
        amountCents: this.#basket(null),
      },
      trx
    )
    this.#count(captured.dealId)
  }

  /** Some baskets are one article, some are for a group. */
  #basket(amountCents: number | null): number {
    const unit = amountCents ?? this.random.between(2500, 18000)
    return unit * this.random.pick([1, 1, 1, 1, 2, 2, 3, 6])
  }

  #count(dealId: string): void {
    this.#written.deals++
    this.#written.openDealIds.push(dealId)
  }

  /** A few answers were a model's: booked like any call, in the wallet and in the call log. */
  async #letModelAnswer(
    { conversation }: ComposedConversation,
    trx: TransactionClientContract
  ): Promise<void> {
    for (const message of conversation.messages) {
      if (message.kind !== 'products' || !this.random.chance(MODEL_SHARE)) continue
      const requestClass = this.random.chance(0.8) ? 'simple' : 'standard'
      const firstTokenMs = this.random.between(280, 900)
      const latencyMs = firstTokenMs + this.random.between(400, 1800)
      const costMicros = await recordPastCall(
        {
          ...{
            workspaceId: conversation.workspaceId,
            purpose: 'sales_agent.answer',
            class: requestClass,
          },
          ...{ provider: 'openai', model: 'demo-model', at: message.at },
          ...{ promptTokens: this.random.between(300, 700), providerCostNano: 90_000 },
          ...{ completionTokens: this.random.between(40, 160), firstTokenMs, latencyMs },
          reference: { type: 'conversation', id: conversation.id },
        },
        trx
      )
      if (costMicros === null) return
      Object.assign(message, { engine: 'model', class: requestClass, costMicros, latencyMs })
      message.firstWordMs = firstTokenMs
    }
  }
}
