import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Result } from '#shared/result'
import Deal from '#app/crm/models/deal'
import type { DealEventKind } from '#app/crm/models/deal_event'
import type Stage from '#app/crm/models/stage'
import type { Actor } from '#app/crm/services/actor'
import { announceDeal } from '#app/crm/services/announce'
import { boardPosition } from '#app/crm/services/board_position'
import { listStages } from '#app/crm/services/list_stages'
import { rescore } from '#app/crm/services/rescore'
import { writeDealEvent } from '#app/crm/services/write_deal_event'

export type DealChange =
  /** To a stage by its key or id; the winning stage means `win`. */
  | { kind: 'move'; stage: string; afterId?: string | null; amountCents?: number | null }
  | { kind: 'win'; amountCents?: number | null }
  | { kind: 'lose'; reason: string }
  /** Back to the stage given, else to the one that it was in. */
  | { kind: 'reopen'; stage?: string }

export interface ChangeDealInput {
  workspaceId: string
  dealId: string
  change: DealChange
  actor: Actor
  /** When it happened; default now. */
  at?: Date
}

export type ChangedDeal = Result<
  { deal: Deal; stage: Stage },
  { reason: 'deal_not_found' | 'stage_not_found' | 'amount_missing' | 'reason_missing' }
>

/**
 * Moves, wins, loses or reopens a deal and writes the step into its history, in one
 * transaction. The same step twice (a double click) is done once.
 */
export class ChangeDeal {
  handle(input: ChangeDealInput, trx?: TransactionClientContract): Promise<ChangedDeal> {
    return trx ? this.change(input, trx) : db.transaction((own) => this.change(input, own))
  }

  private async change(
    { workspaceId, dealId, change, actor, at: when }: ChangeDealInput,
    trx: TransactionClientContract
  ): Promise<ChangedDeal> {
    const deal = await Deal.in(workspaceId)
      .useTransaction(trx)
      .where('id', dealId)
      .forUpdate()
      .first()
    if (!deal) return { ok: false, reason: 'deal_not_found' }

    const stages = await listStages(workspaceId, trx)
    const current = stages.find(({ id }) => id === deal.stageId)!
    const target = targetStage(stages, current, change)
    if (!target) return { ok: false, reason: 'stage_not_found' }

    const at = when ? DateTime.fromJSDate(when) : DateTime.utc()
    if (change.kind === 'lose') {
      const reason = change.reason.trim()
      if (!reason) return { ok: false, reason: 'reason_missing' }
      if (deal.status === 'lost') return { ok: true, deal, stage: current }
      deal.merge({ status: 'lost', lostAt: at, lostReason: reason, wonAt: null })
      return this.save(trx, deal, current, current, 'lost', actor, at)
    }

    if (target.isWon) {
      const amountCents = ('amountCents' in change ? change.amountCents : null) ?? deal.amountCents
      if (amountCents === null) return { ok: false, reason: 'amount_missing' }
      if (deal.status === 'won' && deal.amountCents === amountCents) {
        return { ok: true, deal, stage: target }
      }
      deal.merge({ status: 'won', wonAt: at, lostAt: null, lostReason: null, amountCents })
      return this.save(trx, deal, current, target, 'won', actor, at)
    }

    if ('amountCents' in change && change.amountCents) deal.amountCents = change.amountCents
    if (change.kind === 'move') {
      deal.position = await boardPosition(trx, deal, target.id, change.afterId)
    }
    if (deal.status !== 'open') {
      deal.merge({ status: 'open', wonAt: null, lostAt: null, lostReason: null })
      return this.save(trx, deal, current, target, 'reopened', actor, at)
    }
    if (target.id === current.id) {
      await deal.useTransaction(trx).save()
      announceDeal(trx, workspaceId, deal.id, 'edited')
      return { ok: true, deal, stage: target }
    }
    return this.save(trx, deal, current, target, 'moved', actor, at)
  }

  private async save(
    trx: TransactionClientContract,
    deal: Deal,
    from: Stage,
    to: Stage,
    kind: Exclude<DealEventKind, 'created'>,
    actor: Actor,
    at: DateTime
  ): Promise<ChangedDeal> {
    if (from.id !== to.id) deal.merge({ stageId: to.id, enteredStageAt: at })
    await deal.useTransaction(trx).save()
    await writeDealEvent(trx, deal, {
      kind,
      fromStageId: from.id,
      toStageId: to.id,
      amountCents: deal.amountCents,
      reason: kind === 'lost' ? deal.lostReason : null,
      actor,
      at,
    })
    if (deal.prospectId) await rescore(deal.workspaceId, [deal.prospectId], trx)
    announceDeal(trx, deal.workspaceId, deal.id, kind)
    return { ok: true, deal, stage: to }
  }
}

function targetStage(stages: Stage[], current: Stage, change: DealChange): Stage | undefined {
  switch (change.kind) {
    case 'move':
      return stages.find(({ id, key }) => id === change.stage || key === change.stage)
    case 'win':
      return stages.find(({ isWon }) => isWon)
    case 'lose':
      return current
    case 'reopen':
      return change.stage
        ? stages.find(
            ({ id, key, isWon }) => !isWon && (id === change.stage || key === change.stage)
          )
        : current.isWon
          ? stages.findLast(({ isWon }) => !isWon)
          : current
  }
}
