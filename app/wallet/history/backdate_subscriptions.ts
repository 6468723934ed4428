import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'

/**
 * Moves the beginning of every plan of a workspace into the past, for a history that is loaded
 * afterwards. `closeMonthOf` then ends and begins its months one by one.
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
