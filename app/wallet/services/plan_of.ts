import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { PlanLine } from '#config/plans'
import { requirePlan, type Plan } from '#app/wallet/services/plan_book'

/** The plan that a workspace has in a line, or null when it has none there. */
export async function planOf(
  workspaceId: string,
  line: PlanLine,
  trx?: TransactionClientContract
): Promise<Plan | null> {
  const row = await (trx ?? db)
    .query()
    .from('wallet_subscriptions')
    .where({ workspace_id: workspaceId, line })
    .select('plan')
    .first()
  return row ? requirePlan(line, row.plan as string) : null
}
