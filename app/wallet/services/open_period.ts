import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { UNLIMITED_UNITS, type Asset } from '#app/wallet/assets'
import { grant } from '#app/wallet/services/granting'
import { monthAround, spendableFrom, type Period } from '#app/wallet/services/period'
import { requirePlan, type Plan } from '#app/wallet/services/plan_book'

interface DueSubscription {
  line: string
  plan: string
  timezone: string
}

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
    `select s.line, s.plan, w.timezone
       from wallet_subscriptions s join workspaces w on w.id = s.workspace_id
      where s.workspace_id = ? and s.credited_until <= ? order by s.line`,
    [workspaceId, now]
  )
  const lines = due.rows as DueSubscription[]
  if (lines.length === 0) return false
  const work = async (inner: TransactionClientContract) => {
    for (const { line, plan, timezone } of lines) {
      const period = monthAround(now, timezone)
      await grantIncluded(workspaceId, requirePlan(line, plan), period, timezone, now, inner)
      await inner
        .from('wallet_subscriptions')
        .where({ workspace_id: workspaceId, line })
        .update({ credited_until: period.end })
    }
  }
  await (trx ? work(trx) : db.transaction(work))
  return true
}

/** Grants what the plan includes for one month. */
export async function grantIncluded(
  workspaceId: string,
  plan: Plan,
  period: Period,
  timezone: string,
  now: Date,
  trx: TransactionClientContract
): Promise<void> {
  const included = Object.entries(plan.included).sort() as [Asset, number | 'unlimited'][]
  for (const [asset, amount] of included) {
    await grant(
      {
        workspaceId,
        asset,
        amount: amount === 'unlimited' ? UNLIMITED_UNITS : amount,
        unlimited: amount === 'unlimited',
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
