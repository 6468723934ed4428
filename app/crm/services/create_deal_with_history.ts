import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type Deal from '#app/crm/models/deal'
import { SYSTEM, type Actor } from '#app/crm/services/actor'
import { ChangeDeal, type DealChange } from '#app/crm/services/change_deal'
import { CreateDeal, type CreateDealInput } from '#app/crm/services/create_deal'
import type { StageKey } from '#app/crm/stages'

export interface HistoricEvent {
  kind: 'moved' | 'won' | 'lost' | 'reopened'
  /** For `moved` and `reopened`. */
  toStage?: StageKey
  amountCents?: number
  /** For `lost`. */
  reason?: string
  at: Date
}

export interface DealWithHistoryInput extends Omit<CreateDealInput, 'at'> {
  createdAt: Date
  /** In the order in which they happened. */
  events: HistoricEvent[]
}

/**
 * Opens a deal in the past and lets its steps happen at their own times: for a demo workspace
 * and for what comes from another CRM. The rules of living deals apply to every step.
 *
 * @throws E_IMPOSSIBLE_HISTORY when a step is refused, e.g. won without any amount
 */
export async function createDealWithHistory(
  input: DealWithHistoryInput,
  trx?: TransactionClientContract
): Promise<Deal> {
  if (!trx) return db.transaction((own) => createDealWithHistory(input, own))

  const { createdAt, events, ...deal } = input
  const actor = input.actor ?? SYSTEM
  let current = await new CreateDeal().handle({ ...deal, at: createdAt }, trx)
  for (const event of events) {
    current = await step(current, event, actor, trx)
  }
  return current
}

async function step(
  deal: Deal,
  event: HistoricEvent,
  actor: Actor,
  trx: TransactionClientContract
): Promise<Deal> {
  const result = await new ChangeDeal().handle(
    { workspaceId: deal.workspaceId, dealId: deal.id, change: change(event), actor, at: event.at },
    trx
  )
  if (!result.ok) {
    throw Object.assign(new Error(`The deal cannot have been ${event.kind}: ${result.reason}`), {
      code: 'E_IMPOSSIBLE_HISTORY',
    })
  }
  return result.deal
}

function change(event: HistoricEvent): DealChange {
  switch (event.kind) {
    case 'moved':
      return { kind: 'move', stage: event.toStage ?? '', amountCents: event.amountCents }
    case 'won':
      return { kind: 'win', amountCents: event.amountCents }
    case 'lost':
      return { kind: 'lose', reason: event.reason ?? '' }
    case 'reopened':
      return { kind: 'reopen', stage: event.toStage }
  }
}
