import db from '@adonisjs/lucid/services/db'
import type { CsvFailure } from '#shared/csv/index'
import type { Rejection } from '#app/sales_agent/catalog/import/draft'
import type { ImportReport, ImportRequest } from '#app/sales_agent/catalog/import/import_catalogue'

export type ImportFailure =
  | CsvFailure
  | 'too_large'
  | 'no_title_column'
  | 'no_price_column'
  | 'no_products'
  | 'unexpected'
  | 'interrupted'

/** Rejections kept with their rows; beyond, only their number is. */
const KEPT_REJECTIONS = 10_000

/** Time between two reports of progress. */
const PROGRESS_MS = 500

/** Rejections written to the database at once. */
const BATCH = 500

/** The row of catalog_imports that people watch while a file is read. */
export class ImportLog {
  #pending: Rejection[] = []
  #position = 0
  #told = 0

  private constructor(
    private readonly workspaceId: string,
    readonly report: ImportReport
  ) {}

  static async open(request: ImportRequest): Promise<ImportLog> {
    let importId = request.importId
    if (importId) {
      await db.rawQuery(
        `update catalog_imports set status = 'running', started_at = now(), rows = 0, created = 0, updated = 0,
           unchanged = 0, rejected = 0, failure = null
         where workspace_id = ? and id = ?`,
        [request.workspaceId, importId]
      )
      await db.rawQuery(
        'delete from catalog_import_rejections where workspace_id = ? and import_id = ?',
        [request.workspaceId, importId]
      )
    } else {
      const { rows } = await db.rawQuery(
        `insert into catalog_imports (workspace_id, user_id, file_name, status, started_at)
         values (?, ?, ?, 'running', now()) returning id`,
        [request.workspaceId, request.userId ?? null, request.fileName.slice(0, 200)]
      )
      importId = rows[0].id as string
    }
    return new ImportLog(request.workspaceId, {
      importId,
      status: 'succeeded',
      failure: null,
      dialect: null,
      encoding: null,
      delimiter: null,
      rows: 0,
      created: 0,
      updated: 0,
      unchanged: 0,
      rejected: 0,
      rejections: [],
    })
  }

  /** The header is kept so that the rejected rows can be downloaded as a file of the same shape. */
  async keepHeaders(headers: string[]) {
    await db.rawQuery(
      'update catalog_imports set headers = ?::jsonb where workspace_id = ? and id = ?',
      [JSON.stringify(headers), this.workspaceId, this.report.importId]
    )
  }

  async reject(rejection: Rejection) {
    this.report.rejected++
    if (this.report.rejected > KEPT_REJECTIONS) return
    this.report.rejections.push(rejection)
    this.#pending.push(rejection)
    if (this.#pending.length >= BATCH) await this.#writeRejections()
  }

  /** Tells the people who watch; at most twice a second, the last word (1) always. */
  async progress(share: number) {
    const now = Date.now()
    if (share < 1 && now - this.#told < PROGRESS_MS) return
    this.#told = now
    const { created, updated, unchanged, rejected, rows } = this.report
    await db.rawQuery(
      `update catalog_imports set progress = ?, rows = ?, created = ?, updated = ?, unchanged = ?,
         rejected = ? where workspace_id = ? and id = ?`,
      [share, rows, created, updated, unchanged, rejected, this.workspaceId, this.report.importId]
    )
  }

  async succeed(): Promise<ImportReport> {
    return this.#finish()
  }

  async fail(reason: ImportFailure, data: { [name: string]: string }): Promise<ImportReport> {
    this.report.status = 'failed'
    this.report.failure = { reason, data }
    return this.#finish()
  }

  async #finish(): Promise<ImportReport> {
    await this.#writeRejections()
    const { report } = this
    await this.progress(1)
    await db.rawQuery(
      `update catalog_imports set status = ?, dialect = ?, encoding = ?, delimiter = ?, failure = ?,
         failure_data = ?::jsonb, finished_at = now()
       where workspace_id = ? and id = ?`,
      [
        report.status,
        report.dialect,
        report.encoding,
        report.delimiter,
        report.failure?.reason ?? null,
        JSON.stringify(report.failure?.data ?? {}),
        this.workspaceId,
        report.importId,
      ] as never[]
    )
    return report
  }

  async #writeRejections() {
    if (this.#pending.length === 0) return
    const rows = this.#pending.map((rejection) => ({
      position: this.#position++,
      line: rejection.line,
      reason: rejection.reason,
      data: rejection.data,
      cells: rejection.values.map((value) => value.slice(0, 2000).toWellFormed()),
    }))
    this.#pending = []
    await db.rawQuery(
      `insert into catalog_import_rejections (workspace_id, import_id, position, line, reason, data, cells)
       select ?, ?, r.position, r.line, r.reason, r.data, r.cells
       from jsonb_to_recordset(?::jsonb)
         as r(position int, line int, reason text, data jsonb, cells jsonb)`,
      [this.workspaceId, this.report.importId, JSON.stringify(rows)]
    )
  }
}
