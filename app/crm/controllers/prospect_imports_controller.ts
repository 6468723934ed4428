import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { HttpContext } from '@adonisjs/core/http'
import { csvLine, UnreadableCsv } from '#shared/csv/index'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { recordAudit } from '#accounts'
import { refuseField } from '#app/crm/controllers/refuse'
import { COLUMN_TARGETS } from '#app/crm/imports/fields'
import { openProspectFile } from '#app/crm/imports/open_file'
import { StartImport } from '#app/crm/imports/start_import'
import { UndoImport } from '#app/crm/imports/undo_import'
import ProspectImport from '#app/crm/models/prospect_import'
import { rejectedRows } from '#app/crm/queries/rejected_rows'
import { defaultCountry } from '#app/crm/services/contact'
import { withoutZeros } from '#app/crm/validators/rules'
import { runImportValidator } from '#app/crm/validators/prospect_validators'

/** About 300,000 people; larger files come through the command line. */
const MAX_UPLOAD = '25mb'

/** Rows shown before the import runs. */
const PREVIEW_ROWS = 8

export default class ProspectImportsController {
  async index({ workspace, view }: HttpContext) {
    const imports = await ProspectImport.in(workspace.id)
      .select('id', 'workspace_id', 'file_name', 'status', 'created_at')
      .select('created_count', 'updated_count', 'rejected_count')
      .orderBy('createdAt', 'desc')
      .limit(20)
    return view.render('crm/imports/index', { imports })
  }

  /** Keeps the file and shows what was understood; nothing is imported yet. */
  async store(ctx: HttpContext) {
    const { workspace, request, response, user, i18n } = ctx
    const file = request.file('file', { size: MAX_UPLOAD })
    if (!file || !file.isValid || !file.tmpPath) {
      refuseField(ctx, 'file', i18n.t(file ? 'crm.import.failure.too_large' : 'crm.import.no_file'))
      return response.redirect('/prospects/import')
    }
    try {
      const opened = await openProspectFile(
        createReadStream(file.tmpPath),
        defaultCountry(workspace)
      )
      const run = await ProspectImport.create({
        workspaceId: workspace.id,
        fileName: withoutZeros(file.clientName).slice(0, 200),
        status: 'uploaded',
        content: gzipSync(await readFile(file.tmpPath)),
        encoding: opened.csv.encoding,
        delimiter: opened.csv.delimiter,
        headers: opened.headers,
        mapping: opened.mapping,
        actorId: user.id,
      })
      return response.redirect(`/prospects/imports/${run.id}`)
    } catch (error) {
      if (!(error instanceof UnreadableCsv)) throw error
      refuseField(ctx, 'file', i18n.t(`crm.import.failure.${error.reason}`, { line: error.line }))
      return response.redirect('/prospects/import')
    }
  }

  /** Before the import: what was understood. After: what happened. */
  async show({ workspace, params, view }: HttpContext) {
    const run = await this.find(workspace.id, params.id)
    if (run.status !== 'uploaded' || !run.content) {
      const rejects = await rejectedRows(workspace.id, run.id, 20)
      return view.render('crm/imports/result', { run, rejects })
    }
    const file = await openProspectFile(
      Readable.from([gunzipSync(run.content)]),
      defaultCountry(workspace)
    )
    return view.render('crm/imports/preview', {
      run,
      sample: file.sample.slice(0, PREVIEW_ROWS),
      targets: COLUMN_TARGETS,
    })
  }

  async run({ workspace, params, request, response }: HttpContext) {
    const { columns } = await request.validateUsing(runImportValidator)
    const run = await this.find(workspace.id, params.id)
    const mapping = { ...run.mapping }
    for (const { header, target } of columns ?? []) {
      if (header in mapping) mapping[header] = target
    }
    await new StartImport().handle(run, mapping)
    return response.redirect(`/prospects/imports/${run.id}`)
  }

  /** The rejected rows as they came, with the reason in front, ready to be corrected. */
  async rejected({ workspace, params, response, i18n }: HttpContext) {
    const run = await this.find(workspace.id, params.id)
    const rows = await rejectedRows(workspace.id, run.id, 10_000)
    const delimiter = run.delimiter ?? ','
    const lines = [
      csvLine([i18n.t('crm.import.reason'), ...run.headers], delimiter),
      ...rows.map(({ reason, cells }) =>
        csvLine([i18n.t(`crm.import.reject.${reason}`), ...cells], delimiter)
      ),
    ]
    response.header('content-disposition', 'attachment; filename="rejected.csv"')
    response.header('content-type', 'text/csv; charset=utf-8')
    return response.send(`\uFEFF${lines.join('')}`)
  }

  async undo({ workspace, params, user, response, session, i18n }: HttpContext) {
    const undone = await new UndoImport().handle(workspace.id, params.id)
    if (!undone.ok && undone.reason === 'not_found') throw new E_NOT_FOUND()
    if (undone.ok) {
      await recordAudit({
        workspaceId: workspace.id,
        actorId: user.id,
        action: 'crm.import_undone',
        subjectType: 'prospect_import',
        subjectId: params.id,
      })
    } else session.flash('info', i18n.t('crm.import.not_undoable'))
    return response.redirect(`/prospects/imports/${params.id}`)
  }

  private async find(workspaceId: string, id: string): Promise<ProspectImport> {
    const run = await ProspectImport.in(workspaceId).where('id', id).first()
    if (!run) throw new E_NOT_FOUND()
    return run
  }
}
