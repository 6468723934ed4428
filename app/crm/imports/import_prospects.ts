import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import { UnreadableCsv, type CsvFailure } from '#shared/csv/index'
import type { Result } from '#shared/result'
import { Workspace } from '#accounts'
import type { ColumnMapping } from '#app/crm/imports/fields'
import { DraftBatch } from '#app/crm/imports/merge_drafts'
import { openProspectFile } from '#app/crm/imports/open_file'
import { readRow, rowReader, type RejectReason } from '#app/crm/imports/read_row'
import { storeBatch } from '#app/crm/imports/store_batch'
import { storeRejects, type RejectedRow } from '#app/crm/imports/store_rejects'
import ProspectImport from '#app/crm/models/prospect_import'
import { defaultCountry } from '#app/crm/services/contact'

/** People per transaction: large enough for speed, small enough for short locks. */
const BATCH = 1000

/** Rejected rows kept for download; a file with more than that is the wrong file. */
const MAX_KEPT_REJECTS = 10_000

/** Rejected rows that the report itself carries. */
const MAX_REPORTED_REJECTS = 100

export interface ImportProspectsInput {
  workspaceId: string
  /** A path, or the bytes of an upload. */
  source: string | AsyncIterable<Uint8Array>
  fileName: string
  /** Corrections of the detected mapping, by header (any case). */
  mapping?: ColumnMapping
  actorId?: string | null
  /** An import that was uploaded before; else one is made. */
  importId?: string
  onProgress?: (rows: number) => void
}

export interface ImportReport {
  importId: string
  encoding: string
  delimiter: string
  mapping: ColumnMapping
  rows: number
  created: number
  /** Rows of people who were known already, from the database or from earlier in the file. */
  updated: number
  /** Of the updated ones, those that brought nothing new. */
  unchanged: number
  /** Of the updated ones, those that repeat a person of the same file. */
  duplicates: number
  rejected: number
  /** The first hundred. */
  rejectedRows: { line: number; reason: RejectReason }[]
}

export type ImportedProspects = Result<
  { report: ImportReport },
  {
    reason: CsvFailure | 'unknown_column'
    importId: string
    line?: number
    column?: string
    /** What was stored before reading stopped; it can be undone. */
    report?: ImportReport
  }
>

/**
 * Imports a file of prospects with bounded memory. Batches commit one by one, so a file that
 * breaks half way keeps what came before; the import can be undone whole in either case.
 */
export class ImportProspects {
  async handle(input: ImportProspectsInput): Promise<ImportedProspects> {
    const workspace = await Workspace.findOrFail(input.workspaceId)
    const country = defaultCountry(workspace)
    const run = await startImport(input)
    const report = emptyReport(run.id)

    try {
      const file = await openProspectFile(input.source, country)
      const corrected = correct(file.headers, file.mapping, input.mapping ?? {})
      if (!corrected.ok) {
        await finish(run, 'failed', report, 'unknown_column')
        return { ok: false, reason: 'unknown_column', column: corrected.column, importId: run.id }
      }
      report.mapping = corrected.mapping
      report.delimiter = file.csv.delimiter
      const reader = rowReader(file.headers, corrected.mapping, country)
      run.merge({ headers: file.headers, mapping: corrected.mapping, delimiter: report.delimiter })

      let batch = new DraftBatch()
      let rejects: RejectedRow[] = []
      // One batch is stored while the next one is read; batches stay in the order of the file.
      let storing: Promise<void> = Promise.resolve()
      const flush = async () => {
        await storing
        storing = this.store(input, workspace.locale, run, batch, rejects, report)
        storing.catch(() => {})
        batch = new DraftBatch()
        rejects = []
        input.onProgress?.(report.rows)
      }
      for await (const { line, values } of file.rows) {
        report.rows++
        const row = readRow(reader, values)
        if (!row.ok) {
          report.rejected++
          if (report.rejected <= MAX_KEPT_REJECTS)
            rejects.push({ line, reason: row.reason, values })
          if (report.rejected <= MAX_REPORTED_REJECTS) {
            report.rejectedRows.push({ line, reason: row.reason })
          }
        } else if (batch.add(row.draft)) {
          report.duplicates++
          report.updated++
        }
        if (batch.drafts.length >= BATCH || rejects.length >= BATCH) await flush()
      }
      await flush()
      await storing
      report.encoding = file.csv.encoding
      await finish(run, 'done', report, null)
      return { ok: true, report }
    } catch (error) {
      const reason = error instanceof UnreadableCsv ? error.reason : 'interrupted'
      await finish(run, 'failed', report, reason)
      if (!(error instanceof UnreadableCsv)) throw error
      return { ok: false, reason: error.reason, line: error.line, importId: run.id, report }
    }
  }

  /** One transaction per batch; lost races for the same person are run again. */
  private async store(
    input: ImportProspectsInput,
    locale: string,
    run: ProspectImport,
    batch: DraftBatch,
    rejects: RejectedRow[],
    report: ImportReport
  ): Promise<void> {
    if (batch.drafts.length === 0 && rejects.length === 0) return
    const context = {
      locale,
      consentSource: input.fileName.slice(0, 200),
      now: new Date().toISOString(),
    }
    const stored = await retrying(() =>
      db.transaction(async (trx) => {
        const counts = await storeBatch(trx, {
          workspaceId: input.workspaceId,
          importId: run.id,
          drafts: batch.drafts.map((draft) => ({ ...draft })),
          context,
        })
        await storeRejects(trx, input.workspaceId, run.id, rejects)
        return counts
      })
    )
    report.created += stored.created
    report.updated += stored.updated
    report.unchanged += stored.unchanged
    await saveCounts(run, report)
  }
}

async function startImport(input: ImportProspectsInput): Promise<ProspectImport> {
  if (input.importId) {
    const run = await ProspectImport.in(input.workspaceId).where('id', input.importId).firstOrFail()
    return run.merge({ status: 'running' }).save()
  }
  return ProspectImport.create({
    workspaceId: input.workspaceId,
    fileName: input.fileName.slice(0, 200),
    status: 'running',
    actorId: input.actorId ?? null,
    headers: [],
    mapping: {},
  })
}

/** Applies the person's corrections: a field taken from another column leaves that column. */
function correct(
  headers: string[],
  detected: ColumnMapping,
  corrections: ColumnMapping
): { ok: true; mapping: ColumnMapping } | { ok: false; column: string } {
  const mapping = { ...detected }
  for (const [column, target] of Object.entries(corrections)) {
    const header =
      headers.find((candidate) => candidate === column) ??
      headers.find((candidate) => candidate.toLowerCase() === column.toLowerCase())
    if (!header) return { ok: false, column }
    if (target !== 'custom' && target !== 'ignore') {
      for (const other of headers) {
        if (mapping[other] === target && !(other in corrections)) mapping[other] = 'custom'
      }
    }
    mapping[header] = target
  }
  return { ok: true, mapping }
}

async function saveCounts(run: ProspectImport, report: ImportReport): Promise<void> {
  await run
    .merge({
      rowCount: report.rows,
      createdCount: report.created,
      updatedCount: report.updated,
      unchangedCount: report.unchanged,
      duplicateCount: report.duplicates,
      rejectedCount: report.rejected,
    })
    .save()
}

async function finish(
  run: ProspectImport,
  status: 'done' | 'failed',
  report: ImportReport,
  failure: string | null
): Promise<void> {
  run.merge({ status, failure, content: null, finishedAt: DateTime.utc() })
  if (report.encoding) run.encoding = report.encoding
  await saveCounts(run, report)
}

/** Unique violation, deadlock, serialization: somebody else stored the same person just now. */
const LOST_RACE = new Set(['23505', '40P01', '40001'])

async function retrying<T>(work: () => Promise<T>, attempts = 4): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (attempts <= 1 || !LOST_RACE.has((error as { code?: string }).code ?? '')) throw error
    return retrying(work, attempts - 1)
  }
}

function emptyReport(importId: string): ImportReport {
  return {
    importId,
    encoding: '',
    delimiter: '',
    mapping: {},
    rows: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    duplicates: 0,
    rejected: 0,
    rejectedRows: [],
  }
}
