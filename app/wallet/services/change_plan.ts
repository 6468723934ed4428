import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { upgradeGifts } from '#config/plans'
import { recordAudit } from '#accounts'
import { UNLIMITED_UNITS, type Asset } from '#app/wallet/assets'
import { grant } from '#app/wallet/services/granting'
import { openMonth, spendableFrom, type Period } from '#app/wallet/services/period'
import type { Plan } from '#app/wallet/services/plan_book'

export interface ChangePlanInput {
  workspaceId: string
  timezone: string
  plan: Plan
  actorId?: string | null
  now?: Date
}

/**
 * Puts a workspace on a plan at once. What the month has already received from the line counts:
 * a dearer plan adds the difference, a cheaper one takes nothing away until the month ends, so
 * going back and forth earns nothing. The first upgrade may bring a gift.
 */
export class ChangePlan {
  async handle(input: ChangePlanInput, trx: TransactionClientContract): Promise<void> {
    const { workspaceId, plan } = input
    const now = input.now ?? new Date()
    const before = await trx
      .from('wallet_subscriptions')
      .where({ workspace_id: workspaceId, line: plan.line })
      .forUpdate()
      .first()
    if (before?.plan === plan.id) return
    const period = openMonth(now, input.timezone, before?.credited_until ?? null)

    await trx
      .table('wallet_subscriptions')
      .insert({
        workspace_id: workspaceId,
        line: plan.line,
        plan: plan.id,
        since: now,
        credited_until: period.end,
      })
      .onConflict(['workspace_id', 'line'])
      .merge()
    await trx
      .table('wallet_plan_changes')
      .insert({ workspace_id: workspaceId, line: plan.line, plan: plan.id, since: now })
    await this.#grantDifference(input, period, now, trx)
    if (before) await this.#grantGift(workspaceId, before.plan, plan, period, now, trx)
    await recordAudit(
      {
        workspaceId,
        actorId: input.actorId ?? null,
        action: 'wallet.plan_changed',
        subjectType: 'plan_line',
        subjectId: plan.line,
        details: { from: before?.plan ?? null, to: plan.id },
      },
      trx
    )
  }

  async #grantDifference(
    { workspaceId, plan, timezone }: ChangePlanInput,
    period: Period,
    now: Date,
    trx: TransactionClientContract
  ) {
    for (const [asset, included] of Object.entries(plan.included).sort()) {
      const received = await trx.rawQuery(
        `select coalesce(sum(amount), 0)::bigint as amount, coalesce(bool_or(unlimited), false)
           as unlimited
         from wallet_grants
         where workspace_id = ? and asset = ? and source = 'plan' and expires_at = ?
           and details->>'line' = ?`,
        [workspaceId, asset, period.end, plan.line]
      )
      const { amount, unlimited } = received.rows[0] as { amount: number; unlimited: boolean }
      const missing = included === 'unlimited' ? UNLIMITED_UNITS : included - amount
      if (unlimited || missing <= 0) continue
      await grant(
        {
          workspaceId,
          asset: asset as Asset,
          amount: missing,
          unlimited: included === 'unlimited',
          source: 'plan',
          startsAt: spendableFrom(period, timezone),
          expiresAt: period.end,
          idempotencyKey: `plan:${plan.line}:${plan.id}:${period.key}`,
          details: { line: plan.line, plan: plan.id },
          now,
        },
        trx
      )
    }
  }

  async #grantGift(
    workspaceId: string,
    from: string,
    plan: Plan,
    period: Period,
    now: Date,
    trx: TransactionClientContract
  ) {
    const gift = upgradeGifts.find(
      (offer) => offer.line === plan.line && offer.from === from && offer.to === plan.id
    )
    if (!gift) return
    const key = `gift:${gift.line}:${gift.from}:${gift.to}`
    const given = await trx
      .from('wallet_transfers')
      .where({ workspace_id: workspaceId, kind: 'grant', idempotency_key: key })
      .first()
    if (given) return
    await grant(
      {
        workspaceId,
        asset: 'usd',
        amount: gift.usd,
        source: 'promotion',
        startsAt: now,
        expiresAt: period.end,
        idempotencyKey: key,
        details: { gift: true, from: gift.from, to: gift.to },
        now,
      },
      trx
    )
  }
}
