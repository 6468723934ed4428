import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { UNLIMITED_UNITS, type Asset } from '#app/wallet/assets'
import { grant } from '#app/wallet/services/granting'
import { spendableFrom, type Period } from '#app/wallet/services/period'
import type { Plan } from '#app/wallet/services/plan_book'

export interface IncludedCredit {
  workspaceId: string
  plan: Plan
  period: Period
  timezone: string
  now: Date
}

type Amount = number | 'unlimited'

/** Grants what the plan includes for one month. Safe to repeat. */
export async function grantIncluded(
  workspaceId: string,
  plan: Plan,
  period: Period,
  timezone: string,
  now: Date,
  trx: TransactionClientContract
): Promise<void> {
  for (const [asset, amount] of includedOf(plan)) {
    await give({ workspaceId, plan, period, timezone, now }, asset, amount, trx)
  }
}

/** Fills the month up to what the plan includes, counting what the line has given already. */
export async function grantMissing(
  input: IncludedCredit,
  trx: TransactionClientContract
): Promise<void> {
  for (const [asset, included] of includedOf(input.plan)) {
    const received = await receivedOf(input, asset, trx)
    if (received.unlimited) continue
    const missing = included === 'unlimited' ? included : included - received.amount
    if (missing === 'unlimited' || missing > 0) await give(input, asset, missing, trx)
  }
}

/**
 * Adds what a prorated upgrade has paid for: the same part of the month's credit as of its
 * price, rounded up. "Unlimited" has no parts.
 */
export async function grantShare(
  input: IncludedCredit & { before: Plan | null; share: number },
  trx: TransactionClientContract
): Promise<void> {
  for (const [asset, included] of includedOf(input.plan)) {
    const before = input.before?.included[asset] ?? 0
    if (before === 'unlimited') continue
    const added = included === 'unlimited' ? included : Math.ceil((included - before) * input.share)
    if (added === 'unlimited' || added > 0) await give(input, asset, added, trx)
  }
}

/** In the alphabetical order in which the wallet's locks are taken. */
function includedOf(plan: Plan): [Asset, Amount][] {
  return Object.entries(plan.included).sort() as [Asset, Amount][]
}

async function receivedOf(
  { workspaceId, plan, period }: IncludedCredit,
  asset: Asset,
  trx: TransactionClientContract
): Promise<{ amount: number; unlimited: boolean }> {
  const { rows } = await trx.rawQuery(
    `select coalesce(sum(amount), 0)::bigint as amount,
       coalesce(bool_or(unlimited), false) as unlimited
     from wallet_grants
     where workspace_id = ? and asset = ? and source = 'plan' and expires_at = ?
       and details->>'line' = ?`,
    [workspaceId, asset, period.end, plan.line]
  )
  return rows[0] as { amount: number; unlimited: boolean }
}

/** One grant per plan and month: coming back to a plan in the same month adds nothing. */
async function give(
  { workspaceId, plan, period, timezone, now }: IncludedCredit,
  asset: Asset,
  amount: Amount,
  trx: TransactionClientContract
): Promise<void> {
  const key = `plan:${plan.line}:${plan.id}:${period.key}`
  const known = await trx
    .from('wallet_transfers as t')
    .where({ workspace_id: workspaceId, kind: 'grant', idempotency_key: key })
    .first()
  if (known) return
  await grant(
    {
      workspaceId,
      asset,
      amount: amount === 'unlimited' ? UNLIMITED_UNITS : amount,
      unlimited: amount === 'unlimited',
      source: 'plan',
      startsAt: spendableFrom(period, timezone),
      expiresAt: period.end,
      idempotencyKey: key,
      details: { line: plan.line, plan: plan.id },
      now,
    },
    trx
  )
}
