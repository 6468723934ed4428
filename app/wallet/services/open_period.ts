import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { monthAround, type Period } from '#app/wallet/services/period'
import { grantIncluded } from '#app/wallet/services/grant_included'
import { withTerms, type PlanTerms } from '#app/wallet/services/plan_terms'
import { freePlanOf, requirePlan, type Plan } from '#app/wallet/services/plan_book'

interface DueSubscription {
  line: string
  plan: string
  timezone: string
  paid_until: Date | null
  next_plan: string | null
  terms: PlanTerms | null
}

/** Stripe's periods and ours end at the same local midnight, give or take a change of the clock. */
const TOLERANCE_MS = 86_400_000

/**
 * Grants the month's included credit for every line that has none yet. Safe to repeat and to run
 * twice at the same time: the grant's key names line, plan and month.
 *
 * @returns whether anything was due
 */
export async function openPeriodIfDue(
  workspaceId: string,
  now: Date,
  trx?: TransactionClientContract
): Promise<boolean> {
  const due = await (trx ?? db).rawQuery(
    `select s.line, s.plan, w.timezone, s.paid_until, s.next_plan, s.terms
       from wallet_subscriptions s join workspaces w on w.id = s.workspace_id
      where s.workspace_id = ? and s.credited_until <= ? order by s.line`,
    [workspaceId, now]
  )
  const lines = due.rows as DueSubscription[]
  if (lines.length === 0) return false
  const work = async (inner: TransactionClientContract) => {
    for (const subscription of lines) {
      const { line, timezone } = subscription
      const period = monthAround(now, timezone)
      const plan = await planOfNewMonth(workspaceId, subscription, now, inner)
      const earned = isPaidFor(subscription.paid_until, period) ? plan : freePlanOf(plan.line)
      if (earned) await grantIncluded(workspaceId, earned, period, timezone, now, inner)
      await inner
        .from('wallet_subscriptions')
        .where({ workspace_id: workspaceId, line })
        .update({ credited_until: period.end })
    }
  }
  await (trx ? work(trx) : db.transaction(work))
  return true
}

/**
 * Whether the plan's price is paid for a month. Until the month's invoice is, a plan that Stripe
 * bills brings only what its line gives for nothing; the payment then adds the difference.
 */
export function isPaidFor(paidUntil: Date | null, period: Period): boolean {
  return paidUntil === null || paidUntil.getTime() > period.start.getTime() + TOLERANCE_MS
}

/** A cheaper plan that was chosen in the course of a month begins with the next one. */
async function planOfNewMonth(
  workspaceId: string,
  due: DueSubscription,
  now: Date,
  trx: TransactionClientContract
): Promise<Plan> {
  if (!due.next_plan) return withTerms(requirePlan(due.line, due.plan), due.terms)
  const plan = requirePlan(due.line, due.next_plan)
  const mine = { workspace_id: workspaceId, line: due.line }
  await trx
    .from('wallet_subscriptions')
    .where(mine)
    .update({ plan: plan.id, next_plan: null, since: now })
  await trx.table('wallet_plan_changes').insert({ ...mine, plan: plan.id, since: now })
  return plan
}
