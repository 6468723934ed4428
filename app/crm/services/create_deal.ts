import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Deal from '#app/crm/models/deal'
import { SYSTEM, type Actor } from '#app/crm/services/actor'
import { announceDeal } from '#app/crm/services/announce'
import { listStages } from '#app/crm/services/list_stages'
import { writeDealEvent } from '#app/crm/services/write_deal_event'

export interface CreateDealInput {
  workspaceId: string
  title: string
  prospectId?: string | null
  companyId?: string | null
  /** Key of an open stage. Default: the first one. */
  stageKey?: string
  amountCents?: number | null
  currency: string
  source: string
  interest?: string | null
  conversationId?: string | null
  ownerId?: string | null
  expectedClose?: DateTime | null
  actor?: Actor
  at?: Date
}

/** Opens a deal at the top of its stage. Prospect and company must be the workspace's own. */
export class CreateDeal {
  handle(input: CreateDealInput, trx?: TransactionClientContract): Promise<Deal> {
    return trx ? this.create(input, trx) : db.transaction((own) => this.create(input, own))
  }

  private async create(input: CreateDealInput, trx: TransactionClientContract): Promise<Deal> {
    const stages = await listStages(input.workspaceId, trx)
    const stage = stages.find(({ key, isWon }) => key === input.stageKey && !isWon) ?? stages[0]!
    const at = input.at ? DateTime.fromJSDate(input.at) : DateTime.utc()

    const deal = await Deal.create(
      {
        workspaceId: input.workspaceId,
        title: input.title,
        prospectId: input.prospectId ?? null,
        companyId: input.companyId ?? null,
        stageId: stage.id,
        amountCents: input.amountCents ?? null,
        currency: input.currency,
        source: input.source,
        interest: input.interest ?? null,
        conversationId: input.conversationId ?? null,
        ownerId: input.ownerId ?? null,
        expectedClose: input.expectedClose ?? null,
        status: 'open',
        position: at.toMillis(),
        enteredStageAt: at,
        createdAt: at,
      },
      { client: trx }
    )
    await writeDealEvent(trx, deal, {
      kind: 'created',
      toStageId: stage.id,
      amountCents: deal.amountCents,
      actor: input.actor ?? SYSTEM,
      at,
    })
    announceDeal(trx, input.workspaceId, deal.id, 'created')
    return deal
  }
}
