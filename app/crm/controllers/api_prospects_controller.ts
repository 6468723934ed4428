import { createReadStream } from 'node:fs'
import type { HttpContext } from '@adonisjs/core/http'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { limitedBody } from '#shared/http/limited_body'
import { prospectModelShape, prospectShape } from '#app/crm/controllers/api_shapes'
import { invalid } from '#app/crm/controllers/problems'
import { ImportProspects } from '#app/crm/imports/import_prospects'
import Prospect from '#app/crm/models/prospect'
import { listProspects } from '#app/crm/queries/list_prospects'
import { SaveProspect } from '#app/crm/services/save_prospect'
import { pageQuery, prospectBody } from '#app/crm/validators/api_validators'

/** Largest file in either form. */
const MAX_MEGABYTES = 50

export default class ApiProspectsController {
  async index({ workspace, request }: HttpContext) {
    const filters = await request.validateUsing(pageQuery, { data: request.qs() })
    const page = await listProspects(workspace.id, filters)
    return { data: page.rows.map(prospectShape), nextCursor: page.next }
  }

  async store({ workspace, request, response, i18n }: HttpContext) {
    const body = await request.validateUsing(prospectBody)
    const saved = await new SaveProspect().handle(
      workspace,
      { ...body, tags: body.tags?.map((tag) => tag.replaceAll(',', ' ')).join(',') },
      { source: 'api' }
    )
    if (saved.ok) {
      const fresh = await this.read(workspace.id, saved.prospect.id)
      return response.created(prospectModelShape(fresh))
    }
    switch (saved.reason) {
      case 'taken':
        return response.ok(prospectModelShape(await this.read(workspace.id, saved.takenBy!)))
      case 'not_found':
        throw new E_NOT_FOUND()
      case 'invalid_email':
      case 'invalid_phone':
      case 'no_identity':
        throw invalid(saved.field ?? 'email', saved.reason, i18n.t(`crm.error.${saved.reason}`))
    }
  }

  async import({ workspace, request, response, i18n }: HttpContext) {
    const file = request.file('file', { size: `${MAX_MEGABYTES}mb` })
    const isCsv = request.is(['text/csv', 'application/csv', 'text/plain']) !== null
    if (!isCsv && !file?.tmpPath) throw invalid('file', 'required', i18n.t('crm.import.no_file'))
    if (file && !file.isValid) {
      throw invalid('file', 'size', i18n.t('crm.import.failure.too_large'))
    }

    const result = await new ImportProspects().handle({
      workspaceId: workspace.id,
      source: file?.tmpPath
        ? createReadStream(file.tmpPath)
        : limitedBody(request.request, MAX_MEGABYTES),
      fileName: file?.clientName ?? 'api.csv',
    })
    if (!result.ok) {
      const message = i18n.t(`crm.import.failure.${result.reason}`, { line: result.line ?? 1 })
      throw invalid('file', result.reason, message)
    }
    return response.ok(result.report)
  }

  private async read(workspaceId: string, id: string): Promise<Prospect> {
    const prospect = await Prospect.in(workspaceId).where('id', id).first()
    if (!prospect) throw new E_NOT_FOUND()
    return prospect
  }
}
