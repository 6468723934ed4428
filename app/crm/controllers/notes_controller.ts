import type { HttpContext } from '@adonisjs/core/http'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import Deal from '#app/crm/models/deal'
import Note from '#app/crm/models/note'
import Prospect from '#app/crm/models/prospect'
import { noteValidator } from '#app/crm/validators/deal_validators'
import { withoutZeros } from '#app/crm/validators/rules'

export default class NotesController {
  async storeForDeal({ workspace, params, request, response, user }: HttpContext) {
    const { body } = await request.validateUsing(noteValidator)
    const deal = await Deal.in(workspace.id).where('id', params.id).first()
    if (!deal) throw new E_NOT_FOUND()
    await Note.create({
      workspaceId: workspace.id,
      dealId: deal.id,
      body: withoutZeros(body),
      authorId: user.id,
    })
    return response.redirect(`/deals/${deal.id}#notes`)
  }

  async storeForProspect({ workspace, params, request, response, user }: HttpContext) {
    const { body } = await request.validateUsing(noteValidator)
    const prospect = await Prospect.in(workspace.id).where('id', params.id).first()
    if (!prospect) throw new E_NOT_FOUND()
    await Note.create({
      workspaceId: workspace.id,
      prospectId: prospect.id,
      body: withoutZeros(body),
      authorId: user.id,
    })
    return response.redirect(`/prospects/${prospect.id}#notes`)
  }
}
