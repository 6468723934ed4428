import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { DateTime } from 'luxon'
import {
  captureLead,
  ChangeDeal,
  LOST_REASONS,
  type CapturedLead,
  type DealChange,
  type StageKey,
} from '#crm'
import type { DemoPerson } from '#app/demo/services/invent_person'
import type { SeededRandom } from '#shared/random'

const PATH: StageKey[] = ['contact', 'interest', 'demo', 'proposal']

/** How a deal goes on from each stage, once its time has come. */
const NEXT_STEP = { forward: 78, lost: 12, stays: 10 }
const WON_AT_THE_END = 0.62

export interface DemoLead {
  workspaceId: string
  person: DemoPerson
  locale: string
  source: string
  conversationId: string | null
  interest: string
  amountCents: number
  at: DateTime
}

/**
 * Opens a deal and lets it walk through the pipeline until today: some are won, some are lost
 * with a reason, the recent ones are still on their way.
 */
export class WriteDeal {
  constructor(
    private readonly now: DateTime,
    private readonly random: SeededRandom
  ) {}

  async handle(lead: DemoLead, trx: TransactionClientContract): Promise<CapturedLead> {
    const captured = await captureLead(
      {
        ...{ workspaceId: lead.workspaceId, name: lead.person.name, email: lead.person.email },
        ...{ company: lead.person.company, locale: lead.locale, source: lead.source },
        ...{ conversationId: lead.conversationId, interest: lead.interest },
        ...{ dealTitle: lead.interest, amountCents: lead.amountCents },
        ...{ messageCount: this.random.between(2, 5), at: lead.at.toJSDate() },
      },
      trx
    )
    for (const step of this.#steps(lead)) await this.#apply(lead, captured.dealId, step, trx)
    return captured
  }

  #steps(lead: DemoLead): { change: DealChange; at: Date }[] {
    const steps: { change: DealChange; at: Date }[] = []
    let at = lead.at
    for (const stage of PATH) {
      at = at.plus({ hours: this.random.between(4, 110) })
      if (at > this.now) return steps
      const next = this.random.weighted(NEXT_STEP)
      if (next === 'stays') return steps
      if (next === 'lost') return [...steps, { change: this.#loss(), at: at.toJSDate() }]
      steps.push({ change: { kind: 'move', stage }, at: at.toJSDate() })
    }
    at = at.plus({ hours: this.random.between(12, 160) })
    if (at > this.now) return steps
    const won = this.random.chance(WON_AT_THE_END)
    const change = won ? ({ kind: 'win', amountCents: lead.amountCents } as const) : this.#loss()
    return [...steps, { change, at: at.toJSDate() }]
  }

  #loss(): DealChange {
    return { kind: 'lose', reason: this.random.pick(LOST_REASONS) }
  }

  async #apply(
    lead: DemoLead,
    dealId: string,
    step: { change: DealChange; at: Date },
    trx: TransactionClientContract
  ): Promise<void> {
    const result = await new ChangeDeal().handle(
      {
        ...{ workspaceId: lead.workspaceId, dealId, change: step.change, at: step.at },
        actor: { kind: 'system', id: null },
      },
      trx
    )
    if (!result.ok) throw new Error(`The demo's deal cannot ${step.change.kind}: ${result.reason}`)
  }
}
