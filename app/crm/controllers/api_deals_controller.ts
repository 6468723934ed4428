import type { HttpContext } from '@adonisjs/core/http'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { dealShape, stepShape } from '#app/crm/controllers/api_shapes'
import { invalid } from '#app/crm/controllers/problems'
import Deal from '#app/crm/models/deal'
import Prospect from '#app/crm/models/prospect'
import { dealSteps } from '#app/crm/queries/deal_steps'
import { listDeals } from '#app/crm/queries/list_deals'
import { ChangeDeal } from '#app/crm/services/change_deal'
import { CreateDeal } from '#app/crm/services/create_deal'
import { listStages } from '#app/crm/services/list_stages'
import { dealBody, dealQuery, stageBody } from '#app/crm/validators/api_validators'
import { withoutZeros } from '#app/crm/validators/rules'

const API_KEY = { kind: 'api_key', id: null } as const

export default class ApiDealsController {
  async index({ workspace, request, i18n }: HttpContext) {
    const filters = await request.validateUsing(dealQuery, { data: request.qs() })
    const stage = filters.stage
      ? await this.findStage(workspace.id, filters.stage, i18n.t('crm.error.stage_not_found'))
      : undefined
    const page = await listDeals(workspace.id, { ...filters, stage })
    return { data: page.deals.map(dealShape), nextCursor: page.next }
  }

  async store({ workspace, request, response, i18n }: HttpContext) {
    const body = await request.validateUsing(dealBody)
    if (body.stage) {
      await this.findStage(workspace.id, body.stage, i18n.t('crm.error.stage_not_found'))
    }
    const prospect = body.prospectId
      ? await Prospect.in(workspace.id).where('id', body.prospectId).first()
      : null
    if (body.prospectId && !prospect) {
      throw invalid('prospectId', 'exists', i18n.t('crm.error.prospect_not_found'))
    }
    const deal = await new CreateDeal().handle({
      workspaceId: workspace.id,
      title: withoutZeros(body.title),
      prospectId: prospect?.id ?? null,
      companyId: prospect?.companyId ?? null,
      stageKey: body.stage,
      amountCents: body.amountCents ?? null,
      currency: workspace.currency,
      source: 'api',
      interest: body.interest ? withoutZeros(body.interest) : null,
      actor: API_KEY,
    })
    return response.created(dealShape(await this.read(workspace.id, deal.id)))
  }

  async show({ workspace, params }: HttpContext) {
    const deal = await this.read(workspace.id, params.id)
    const steps = await dealSteps(workspace.id, deal.id)
    return { ...dealShape(deal), history: steps.map(stepShape) }
  }

  async move({ workspace, params, request, i18n }: HttpContext) {
    const body = await request.validateUsing(stageBody)
    if (!body.stage && !body.lostReason) {
      throw invalid('stage', 'required', i18n.t('crm.error.stage_missing'))
    }
    const result = await new ChangeDeal().handle({
      workspaceId: workspace.id,
      dealId: params.id,
      change: body.lostReason
        ? { kind: 'lose', reason: withoutZeros(body.lostReason) }
        : { kind: 'move', stage: body.stage!, amountCents: body.amountCents },
      actor: API_KEY,
    })
    if (result.ok) return dealShape(await this.read(workspace.id, params.id))
    switch (result.reason) {
      case 'deal_not_found':
        throw new E_NOT_FOUND()
      case 'stage_not_found':
        throw invalid('stage', 'exists', i18n.t('crm.error.stage_not_found'))
      case 'amount_missing':
        throw invalid('amountCents', 'required', i18n.t('crm.error.amount_missing'))
      case 'reason_missing':
        throw invalid('lostReason', 'required', i18n.t('crm.error.reason_missing'))
    }
  }

  private async read(workspaceId: string, id: string): Promise<Deal> {
    const deal = await Deal.in(workspaceId).where('id', id).preload('stage').first()
    if (!deal) throw new E_NOT_FOUND()
    return deal
  }

  private async findStage(workspaceId: string, keyOrId: string, message: string) {
    const stages = await listStages(workspaceId)
    const stage = stages.find(({ id, key }) => id === keyOrId || key === keyOrId)
    if (!stage) throw invalid('stage', 'exists', message)
    return stage
  }
}
