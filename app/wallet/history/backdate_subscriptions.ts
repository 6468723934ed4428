import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { openPeriodIfDue } from '#app/wallet/services/open_period'

/**
 * Moves the beginning of every plan of a workspace into the past, for a history that is loaded
 * afterwards. `openPastPeriod` then grants the months one by one.
 */
export async function backdateSubscriptions(
  input: { workspaceId: string; since: Date },
  trx?: TransactionClientContract
): Promise<void> {
  const client = trx ?? db
  const mine = { workspace_id: input.workspaceId }
  await client.from('wallet_plan_changes').where(mine).update({ since: input.since })
  await client
    .from('wallet_subscriptions')
    .where(mine)
    .update({ since: input.since, credited_until: new Date(0) })
}

/** Grants what the plans include for the month around `at`, as if it were that month. */
export async function openPastPeriod(
  input: { workspaceId: string; at: Date },
  trx?: TransactionClientContract
): Promise<void> {
  await openPeriodIfDue(input.workspaceId, input.at, trx)
}
