import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { RejectReason } from '#app/crm/imports/read_row'

export interface RejectedRow {
  line: number
  reason: RejectReason
  values: string[]
}

/** Keeps rejected rows as they were, for the person to download, correct and import again. */
export async function storeRejects(
  trx: TransactionClientContract,
  workspaceId: string,
  importId: string,
  rows: RejectedRow[]
): Promise<void> {
  if (rows.length === 0) return
  const payload = rows.map(({ line, reason, values }) => ({
    line,
    reason,
    cells: values.map((value) => value.toWellFormed()),
  }))
  await trx.rawQuery(
    `insert into prospect_import_rejects (workspace_id, import_id, line, reason, cells)
     select ?, ?, line, reason, cells
     from jsonb_to_recordset(?::jsonb) as row (line integer, reason text, cells jsonb)`,
    [workspaceId, importId, JSON.stringify(payload)]
  )
}
