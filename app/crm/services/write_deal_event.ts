import type { DateTime } from 'luxon'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type Deal from '#app/crm/models/deal'
import DealEvent, { type DealEventKind } from '#app/crm/models/deal_event'
import type { Actor } from '#app/crm/services/actor'

export interface DealEventInput {
  kind: DealEventKind
  fromStageId?: string | null
  toStageId?: string | null
  amountCents?: number | null
  reason?: string | null
  actor: Actor
  at: DateTime
}

/** Adds a line to the history of a deal. */
export async function writeDealEvent(
  trx: TransactionClientContract,
  deal: Deal,
  event: DealEventInput
): Promise<void> {
  await DealEvent.create(
    {
      workspaceId: deal.workspaceId,
      dealId: deal.id,
      kind: event.kind,
      fromStageId: event.fromStageId ?? null,
      toStageId: event.toStageId ?? null,
      amountCents: event.amountCents ?? null,
      reason: event.reason ?? null,
      actorKind: event.actor.kind,
      actorId: event.actor.id,
      at: event.at,
    },
    { client: trx }
  )
}
