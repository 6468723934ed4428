import type { TransactionClientContract } from '@adonisjs/lucid/types/database'

/** The company of that name in the workspace, made when it is new. Safe under concurrency. */
export async function findOrCreateCompany(
  workspaceId: string,
  name: string,
  trx: TransactionClientContract
): Promise<string> {
  const { rows } = await trx.rawQuery<{ rows: { id: string }[] }>(
    `insert into companies (workspace_id, name) values (?, ?)
     on conflict (workspace_id, lower(name)) do update set updated_at = companies.updated_at
     returning id`,
    [workspaceId, name]
  )
  return rows[0]!.id
}
