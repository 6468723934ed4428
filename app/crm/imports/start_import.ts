import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import db from '@adonisjs/lucid/services/db'
import { jobs } from '#shared/jobs/jobs'
import type { ColumnMapping } from '#app/crm/imports/fields'
import { ImportProspects } from '#app/crm/imports/import_prospects'
import ProspectImport from '#app/crm/models/prospect_import'

export const IMPORT_JOB = 'crm.import_prospects'

export interface ImportJob {
  workspaceId: string
  importId: string
}

/** Up to this much (gzip) the person waits for the result; about 5,000 rows. */
const AT_ONCE_BYTES = 200_000

/** Runs an uploaded file: small ones at once, large ones as a job. A second click does nothing. */
export class StartImport {
  async handle(run: ProspectImport, mapping: ColumnMapping): Promise<void> {
    const job: ImportJob = { workspaceId: run.workspaceId, importId: run.id }
    const atOnce = (run.content?.length ?? 0) <= AT_ONCE_BYTES
    const started = await db.transaction(async (trx) => {
      const { rowCount } = await trx.rawQuery<{ rowCount: number }>(
        `update prospect_imports set status = 'running', mapping = ?::jsonb, updated_at = now()
         where workspace_id = ? and id = ? and status = 'uploaded'`,
        [JSON.stringify(mapping), run.workspaceId, run.id]
      )
      if (rowCount === 1 && !atOnce) await jobs.enqueue(IMPORT_JOB, job, { trx })
      return rowCount === 1
    })
    if (started && atOnce) await runStoredImport(job)
  }
}

/** Imports the file kept in the database. What was stored by an attempt that died is found again. */
export async function runStoredImport({ workspaceId, importId }: ImportJob): Promise<void> {
  const run = await ProspectImport.in(workspaceId).where('id', importId).first()
  if (!run?.content) return
  await new ImportProspects().handle({
    workspaceId,
    importId,
    source: Readable.from([gunzipSync(run.content)]),
    fileName: run.fileName,
    mapping: run.mapping,
  })
}
