import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { upgradeGifts } from '#config/plans'
import { recordAudit } from '#accounts'
import { grant } from '#app/wallet/services/granting'
import { withTerms, type PlanTerms } from '#app/wallet/services/plan_terms'
import { grantMissing, grantShare } from '#app/wallet/services/grant_included'
import { openMonth, type Period } from '#app/wallet/services/period'
import { requirePlan, type Plan } from '#app/wallet/services/plan_book'

export interface ChangePlanInput {
  workspaceId: string
  timezone: string
  plan: Plan
  actorId?: string | null
  now?: Date
  /** What was agreed for a plan without a list price. */
  terms?: PlanTerms | null
  /** Part of the month that was paid, above 0 to 1, when the price was prorated. */
  share?: number
}

/** During a trial the line still counts as what it was before. */
function planBefore(row: SubscriptionBefore | null): Plan | null {
  const id = row?.trial_ends_at ? row.trial_from : row?.plan
  return row && id ? requirePlan(row.line, id) : null
}

interface SubscriptionBefore {
  line: string
  plan: string
  credited_until: Date
  trial_ends_at: Date | null
  trial_from: string | null
}

/**
 * Puts a workspace on a plan at once. What the month has already received from the line counts:
 * a dearer plan adds the difference (its part of the month, when the price was prorated), a
 * cheaper one takes nothing away until the month ends, so going back and forth earns nothing.
 * The first upgrade may bring a gift.
 */
export class ChangePlan {
  async handle(input: ChangePlanInput, trx: TransactionClientContract): Promise<void> {
    const { workspaceId } = input
    const plan = withTerms(input.plan, input.terms)
    const now = input.now ?? new Date()
    const before = (await trx
      .from('wallet_subscriptions')
      .where({ workspace_id: workspaceId, line: plan.line })
      .forUpdate()
      .first()) as SubscriptionBefore | null
    if (before?.plan === plan.id && !before.trial_ends_at) return
    const period = openMonth(now, input.timezone, before?.credited_until ?? null)

    await trx
      .table('wallet_subscriptions')
      .insert({
        workspace_id: workspaceId,
        line: plan.line,
        plan: plan.id,
        since: now,
        credited_until: period.end,
        next_plan: null,
        trial_ends_at: null,
        trial_from: null,
        paid_until: null,
        terms: input.terms ? JSON.stringify(input.terms) : null,
      })
      .onConflict(['workspace_id', 'line'])
      .merge([
        'plan',
        'since',
        'credited_until',
        'next_plan',
        'trial_ends_at',
        'trial_from',
        'paid_until',
        'terms',
      ])
    await trx
      .table('wallet_plan_changes')
      .insert({ workspace_id: workspaceId, line: plan.line, plan: plan.id, since: now })
    const included = { workspaceId, plan, period, timezone: input.timezone, now }
    if (input.share === undefined) await grantMissing(included, trx)
    else await grantShare({ ...included, before: planBefore(before), share: input.share }, trx)
    const from = planBefore(before)
    if (from) await this.#grantGift(workspaceId, from.id, plan, period, now, trx)
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
