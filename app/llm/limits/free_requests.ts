import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { freeRequests } from '#config/llm'

/**
 * Takes one of the requests that a workspace has for free when it first uses the assistant. One
 * statement decides, so that of many at the same time exactly the promised number are free.
 *
 * @returns false when the purpose has none, or when they are used up
 */
export async function takeFreeRequest(workspaceId: string, purpose: string): Promise<boolean> {
  if (!freeRequests.purposes.includes(purpose) || freeRequests.count < 1) return false
  const { rows } = await db.rawQuery<{ rows: object[] }>(
    `insert into llm_free_requests as f (workspace_id, used) values (:workspaceId, 1)
     on conflict (workspace_id) do update set used = f.used + 1 where f.used < :count
     returning used`,
    { workspaceId, count: freeRequests.count }
  )
  return rows.length > 0
}

/** Gives one back: the model did not answer. */
export async function giveBackFreeRequest(
  workspaceId: string,
  trx: TransactionClientContract
): Promise<void> {
  await trx.rawQuery(
    'update llm_free_requests set used = greatest(used - 1, 0) where workspace_id = ?',
    [workspaceId]
  )
}

/** How many a workspace has left. */
export async function freeRequestsLeft(workspaceId: string): Promise<number> {
  const row = await db.from('llm_free_requests').where('workspace_id', workspaceId).first()
  return Math.max(0, freeRequests.count - Number(row?.used ?? 0))
}
