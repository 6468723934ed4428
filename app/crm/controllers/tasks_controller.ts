import type { HttpContext } from '@adonisjs/core/http'
import { DateTime } from 'luxon'
import { Membership } from '#accounts'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import Deal from '#app/crm/models/deal'
import Prospect from '#app/crm/models/prospect'
import Task from '#app/crm/models/task'
import { taskValidator } from '#app/crm/validators/deal_validators'
import { withoutZeros } from '#app/crm/validators/rules'

/** Tasks shown at once; who has more open ones needs a filter, not a longer page. */
const LIMIT = 200

export default class TasksController {
  async index({ workspace, request, view, user }: HttpContext) {
    const mine = request.input('who') === 'me'
    const done = request.input('show') === 'done'
    const query = Task.in(workspace.id)
      .preload('assignee')
      .preload('deal')
      .preload('prospect')
      .limit(LIMIT)
    if (mine) query.where('assigneeId', user.id)
    if (done) query.whereNotNull('doneAt').orderBy('doneAt', 'desc')
    else query.whereNull('doneAt').orderByRaw('due_on nulls last, id')
    const [tasks, members] = await Promise.all([
      query,
      Membership.query().where('workspaceId', workspace.id).preload('user'),
    ])
    const today = DateTime.now().setZone(workspace.timezone).toISODate()!
    return view.render('crm/tasks/index', { tasks, members, mine, done, today })
  }

  async store(ctx: HttpContext) {
    await this.create(ctx, {})
    ctx.session.flash('success', ctx.i18n.t('crm.task.created'))
    return ctx.response.redirect('/tasks')
  }

  async storeForDeal(ctx: HttpContext) {
    const deal = await Deal.in(ctx.workspace.id).where('id', ctx.params.id).first()
    if (!deal) throw new E_NOT_FOUND()
    await this.create(ctx, { dealId: deal.id })
    return ctx.response.redirect(`/deals/${deal.id}#tasks`)
  }

  async storeForProspect(ctx: HttpContext) {
    const prospect = await Prospect.in(ctx.workspace.id).where('id', ctx.params.id).first()
    if (!prospect) throw new E_NOT_FOUND()
    await this.create(ctx, { prospectId: prospect.id })
    return ctx.response.redirect(`/prospects/${prospect.id}#tasks`)
  }

  /** Done, or open again. */
  async toggle({ workspace, params, request, response }: HttpContext) {
    const task = await Task.in(workspace.id).where('id', params.id).first()
    if (!task) throw new E_NOT_FOUND()
    task.doneAt = request.input('done') === 'true' ? DateTime.utc() : null
    await task.save()
    return response.redirect().back()
  }

  private async create(
    { workspace, request, user }: HttpContext,
    about: { dealId?: string; prospectId?: string }
  ) {
    const form = await request.validateUsing(taskValidator)
    const assignee = form.assigneeId
      ? await Membership.query()
          .where({ workspaceId: workspace.id, userId: form.assigneeId })
          .first()
      : null
    await Task.create({
      workspaceId: workspace.id,
      title: withoutZeros(form.title),
      dueOn: form.dueOn ? DateTime.fromJSDate(form.dueOn) : null,
      assigneeId: assignee?.userId ?? user.id,
      ...about,
    })
  }
}
