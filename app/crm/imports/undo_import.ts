import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Result } from '#shared/result'
import { ROW_COLUMNS } from '#app/crm/imports/prospect_row'
import ProspectImport from '#app/crm/models/prospect_import'
import { rescore } from '#app/crm/services/rescore'

export interface UndoneImport {
  /** Prospects that the import made and that are gone again. */
  removed: number
  /** Prospects that have their earlier values back. */
  restored: number
  /** Prospects that the import made but somebody has worked with since: they stay. */
  kept: number
}

export type UndoResult = Result<UndoneImport, { reason: 'not_found' | 'not_undoable' }>

/**
 * Takes an import back whole. Who was created goes, unless they have a deal, a task, a note or a
 * message by now; who was changed gets the old values back, field by field, except where
 * somebody has changed the field again since.
 */
export class UndoImport {
  handle(workspaceId: string, importId: string): Promise<UndoResult> {
    return db.transaction(async (trx) => {
      const run = await ProspectImport.in(workspaceId)
        .useTransaction(trx)
        .where('id', importId)
        .forUpdate()
        .first()
      if (!run) return { ok: false, reason: 'not_found' }
      if (run.status !== 'done' && run.status !== 'failed') {
        return { ok: false, reason: 'not_undoable' }
      }
      const restored = await restore(trx, workspaceId, importId)
      const removed = await remove(trx, workspaceId, importId)
      const kept = await countKept(trx, workspaceId, importId)
      await removeCompanies(trx, workspaceId, importId)

      const undone = { removed, restored, kept }
      run.merge({ status: 'undone', undoneAt: DateTime.utc(), undoResult: undone })
      await run.useTransaction(trx).save()
      return { ok: true, ...undone }
    })
  }
}

/**
 * For each column of each person: the value before the first change, provided that the value
 * after the last one still stands.
 */
async function restore(
  trx: TransactionClientContract,
  workspaceId: string,
  importId: string
): Promise<number> {
  const assignments = ROW_COLUMNS.map(
    (column) => `${column} = case
      when change.before \\? '${column}' and p.${column} is not distinct from fresh.${column}
      then old.${column} else p.${column} end`
  )
  const { rows } = await trx.rawQuery<{ rows: { id: string }[] }>(
    `with entries as (
       select prospect_id, key,
         (array_agg(before -> key order by id))[1] as old,
         (array_agg(after -> key order by id desc))[1] as fresh
       from prospect_import_changes, jsonb_object_keys(before) as key
       where workspace_id = :workspace and import_id = :import
       group by prospect_id, key
     ), changes as (
       select prospect_id, jsonb_object_agg(key, old) as before,
         jsonb_object_agg(key, fresh) as after
       from entries group by prospect_id
     )
     update prospects p set ${assignments.join(', ')}, updated_at = now()
     from changes as change,
       jsonb_populate_record(null::prospects, change.before) as old,
       jsonb_populate_record(null::prospects, change.after) as fresh
     where p.workspace_id = :workspace and p.id = change.prospect_id
     returning p.id`,
    { workspace: workspaceId, import: importId }
  )
  await rescore(
    workspaceId,
    rows.map(({ id }) => id),
    trx
  )
  return rows.length
}

async function remove(
  trx: TransactionClientContract,
  workspaceId: string,
  importId: string
): Promise<number> {
  const { rowCount } = await trx.rawQuery<{ rowCount: number }>(
    `delete from prospects p
     where p.workspace_id = :workspace and p.import_id = :import and p.message_count = 0
       and not exists (select from deals d
         where d.workspace_id = :workspace and d.prospect_id = p.id)
       and not exists (select from tasks t
         where t.workspace_id = :workspace and t.prospect_id = p.id)
       and not exists (select from notes n
         where n.workspace_id = :workspace and n.prospect_id = p.id)`,
    { workspace: workspaceId, import: importId }
  )
  return rowCount
}

async function countKept(
  trx: TransactionClientContract,
  workspaceId: string,
  importId: string
): Promise<number> {
  const { rows } = await trx.rawQuery<{ rows: { count: number }[] }>(
    'select count(*) as count from prospects where workspace_id = ? and import_id = ?',
    [workspaceId, importId]
  )
  return rows[0]!.count
}

async function removeCompanies(
  trx: TransactionClientContract,
  workspaceId: string,
  importId: string
): Promise<void> {
  await trx.rawQuery(
    `delete from companies c where c.workspace_id = :workspace and c.import_id = :import
       and not exists (select from prospects p
         where p.workspace_id = :workspace and p.company_id = c.id)
       and not exists (select from deals d
         where d.workspace_id = :workspace and d.company_id = c.id)`,
    { workspace: workspaceId, import: importId }
  )
}
