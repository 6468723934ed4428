import type { HttpContext } from '@adonisjs/core/http'
import { DateTime } from 'luxon'
import { Membership } from '#accounts'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import Deal from '#app/crm/models/deal'
import Note from '#app/crm/models/note'
import Prospect from '#app/crm/models/prospect'
import Task from '#app/crm/models/task'
import { dealSteps } from '#app/crm/queries/deal_steps'
import { userActor } from '#app/crm/services/actor'
import { announceDealNow } from '#app/crm/services/announce'
import { CreateDeal } from '#app/crm/services/create_deal'
import { listStages } from '#app/crm/services/list_stages'
import { SaveProspect } from '#app/crm/services/save_prospect'
import { LOST_REASONS } from '#app/crm/stages'
import { createDealValidator, updateDealValidator } from '#app/crm/validators/deal_validators'
import { withoutZeros } from '#app/crm/validators/rules'
import { refuseField } from '#app/crm/controllers/refuse'

export default class DealsController {
  async create({ workspace, request, view }: HttpContext) {
    const stages = await listStages(workspace.id)
    const id = request.input('prospect')
    const prospect =
      typeof id === 'string' && /^[0-9a-f-]{36}$/i.test(id)
        ? await Prospect.in(workspace.id).where('id', id).first()
        : null
    return view.render('crm/deals/create', {
      stages: stages.filter(({ isWon }) => !isWon),
      stage: request.input('stage'),
      prospect,
    })
  }

  async store(ctx: HttpContext) {
    const { workspace, request, response, user } = ctx
    const form = await request.validateUsing(createDealValidator)
    const prospect = await this.prospectOf(ctx, form)
    if (prospect === 'refused') return response.redirect().back()

    const deal = await new CreateDeal().handle({
      workspaceId: workspace.id,
      title: withoutZeros(form.title),
      prospectId: prospect?.id ?? null,
      companyId: prospect?.companyId ?? null,
      stageKey: form.stage,
      amountCents: form.amount as number | null | undefined,
      currency: workspace.currency,
      source: 'manual',
      interest: form.interest ? withoutZeros(form.interest) : null,
      ownerId: user.id,
      expectedClose: form.expectedClose ? DateTime.fromJSDate(form.expectedClose) : null,
      actor: userActor(user),
    })
    ctx.session.flash('success', ctx.i18n.t('crm.deal.created'))
    return response.redirect(`/deals/${deal.id}`)
  }

  async show({ workspace, params, view }: HttpContext) {
    const deal = await Deal.in(workspace.id)
      .where('id', params.id)
      .preload('stage')
      .preload('prospect')
      .first()
    if (!deal) throw new E_NOT_FOUND()
    const [stages, steps, notes, tasks, members] = await Promise.all([
      listStages(workspace.id),
      dealSteps(workspace.id, deal.id),
      Note.in(workspace.id).where('dealId', deal.id).preload('author').orderBy('createdAt', 'desc'),
      Task.in(workspace.id)
        .where('dealId', deal.id)
        .preload('assignee')
        .orderByRaw('done_at desc nulls first, due_on, id'),
      Membership.query().where('workspaceId', workspace.id).preload('user'),
    ])
    return view.render('crm/deals/show', {
      deal,
      stages,
      steps,
      notes,
      tasks,
      members,
      lostReasons: LOST_REASONS,
    })
  }

  async update({ workspace, params, request, response, session, i18n }: HttpContext) {
    const form = await request.validateUsing(updateDealValidator)
    const deal = await Deal.in(workspace.id).where('id', params.id).first()
    if (!deal) throw new E_NOT_FOUND()
    await deal
      .merge({
        title: withoutZeros(form.title),
        amountCents: (form.amount as number | null | undefined) ?? null,
        probability: form.probability ?? null,
        expectedClose: form.expectedClose ? DateTime.fromJSDate(form.expectedClose) : null,
        interest: form.interest ? withoutZeros(form.interest) : null,
      })
      .save()
    announceDealNow(workspace.id, deal.id, 'edited')
    session.flash('success', i18n.t('crm.saved'))
    return response.redirect(`/deals/${deal.id}`)
  }

  /** The prospect chosen, or the one behind an e-mail or phone typed into the form. */
  private async prospectOf(
    ctx: HttpContext,
    form: { prospectId?: string | null; contact?: string | null }
  ): Promise<Prospect | null | 'refused'> {
    const { workspace } = ctx
    if (form.prospectId) {
      const chosen = await Prospect.in(workspace.id).where('id', form.prospectId).first()
      if (!chosen) throw new E_NOT_FOUND()
      return chosen
    }
    if (!form.contact) return null
    const contact = form.contact.includes('@') ? { email: form.contact } : { phone: form.contact }
    const saved = await new SaveProspect().handle(workspace, contact, { source: 'manual' })
    if (saved.ok) return saved.prospect
    if (saved.reason === 'taken') {
      return Prospect.in(workspace.id).where('id', saved.takenBy!).first()
    }
    refuseField(ctx, 'contact', ctx.i18n.t('crm.error.invalid_contact'))
    return 'refused'
  }
}
