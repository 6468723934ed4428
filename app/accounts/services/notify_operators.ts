import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { notify, type NoticeInput } from './notify.js'

/** Tells the box's operators something, each of them once, in their oldest workspace. */
export async function notifyOperators(
  input: Omit<NoticeInput, 'workspaceId' | 'userIds' | 'minRole'>,
  trx: TransactionClientContract
): Promise<void> {
  const operators = await db
    .from('users as u')
    .join('memberships as m', 'm.user_id', 'u.id')
    .where('u.is_operator', true)
    .distinctOn('u.id')
    .orderBy(['u.id', 'm.workspace_id'])
    .select('u.id', 'm.workspace_id')
  for (const { id, workspace_id: workspaceId } of operators) {
    await notify({ ...input, workspaceId, userIds: [id] }, trx)
  }
}
