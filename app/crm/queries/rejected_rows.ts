import db from '@adonisjs/lucid/services/db'

export interface StoredReject {
  line: number
  reason: string
  cells: string[]
}

/** Rows that an import refused, in the order of the file. */
export async function rejectedRows(
  workspaceId: string,
  importId: string,
  limit: number
): Promise<StoredReject[]> {
  const { rows } = await db.rawQuery<{ rows: StoredReject[] }>(
    `select line, reason, cells from prospect_import_rejects
     where workspace_id = ? and import_id = ? order by line limit ?`,
    [workspaceId, importId, limit]
  )
  return rows
}
