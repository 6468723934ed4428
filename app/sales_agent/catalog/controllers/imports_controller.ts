import type { HttpContext } from '@adonisjs/core/http'
import { recordAudit } from '#accounts'
import { csvLine } from '#shared/csv/index'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { describeImportFailure, describeRejection } from '#app/sales_agent/catalog/import/describe'
import { receiveUpload } from '#app/sales_agent/catalog/services/receive_upload'
import {
  listImports,
  listRejections,
  showImport,
  type ImportRow,
  type RejectionRow,
} from '#app/sales_agent/catalog/services/show_import'
import { importBody } from '#app/sales_agent/catalog/validators/product_validators'

/** Rejected rows on the page; the download has them all. */
const SHOWN_REJECTIONS = 100

const ALL_REJECTIONS = 10_000

export default class ImportsController {
  async create({ view, workspace }: HttpContext) {
    return view.render('sales_agent/catalog/import', { imports: await listImports(workspace.id) })
  }

  async store({ request, response, workspace, user }: HttpContext) {
    const { file } = await request.validateUsing(importBody)
    const importId = await receiveUpload({
      workspaceId: workspace.id,
      userId: user.id,
      path: file.tmpPath!,
      fileName: file.clientName,
    })
    await recordAudit({
      workspaceId: workspace.id,
      actorId: user.id,
      action: 'catalog.imported',
      subjectType: 'catalog_import',
      subjectId: importId,
      details: { fileName: file.clientName },
    })
    return response.redirect(`/catalog/imports/${importId}`)
  }

  async show(ctx: HttpContext) {
    const found = await this.#find(ctx)
    const rejected = await listRejections(ctx.workspace.id, found.id, SHOWN_REJECTIONS)
    const partial = ctx.request.header('hx-target')?.endsWith('import-result') ?? false
    const data = {
      found,
      running: found.status === 'queued' || found.status === 'running',
      failure: found.failure
        ? describeImportFailure({ reason: found.failure, data: found.failureData }, ctx.i18n.locale)
        : null,
      rejections: rejected.map((rejection) => this.#present(rejection, ctx.i18n.locale)),
    }
    return ctx.view.render(
      partial ? 'sales_agent/catalog/import_result' : 'sales_agent/catalog/import_show',
      data
    )
  }

  /** The rejected rows as a file that can be corrected and imported again. */
  async rejected(ctx: HttpContext) {
    const found = await this.#find(ctx)
    const rejections = await listRejections(ctx.workspace.id, found.id, ALL_REJECTIONS)
    const { i18n } = ctx
    const lines = [
      csvLine([...found.headers, i18n.t('catalog.import.line'), i18n.t('catalog.import.reason')]),
      ...rejections.map((rejection) =>
        csvLine([
          ...found.headers.map((_header, index) => rejection.cells[index] ?? ''),
          rejection.line,
          describeRejection(rejection, ctx.i18n.locale),
        ])
      ),
    ]
    ctx.response.header('Content-Type', 'text/csv; charset=utf-8')
    ctx.response.header('Content-Disposition', 'attachment; filename="rejected-rows.csv"')
    // The mark makes spreadsheets read UTF-8.
    return ctx.response.send(`\uFEFF${lines.join('')}`)
  }

  #present(rejection: RejectionRow, locale: string) {
    const cells = rejection.cells.filter((cell) => cell !== '').slice(0, 6)
    return {
      line: rejection.line,
      message: describeRejection(rejection, locale),
      content: cells.join(' · ').slice(0, 160),
    }
  }

  async #find({ params, workspace }: HttpContext): Promise<ImportRow> {
    const found = await showImport(workspace.id, params.id)
    if (!found) throw new E_NOT_FOUND()
    return found
  }
}
