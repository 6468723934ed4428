import type { HttpContext } from '@adonisjs/core/http'
import { Membership } from '#accounts'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { refuseField } from '#app/crm/controllers/refuse'
import Deal from '#app/crm/models/deal'
import Note from '#app/crm/models/note'
import Prospect, { CONSENT_BASES, CONSENT_STATUSES } from '#app/crm/models/prospect'
import Task from '#app/crm/models/task'
import { countProspects, listProspects, prospectSources } from '#app/crm/queries/list_prospects'
import { EraseProspect } from '#app/crm/services/erase_prospect'
import { exportProspect } from '#app/crm/services/export_prospect'
import { SaveProspect, type SavedProspect } from '#app/crm/services/save_prospect'
import { listProspectsValidator, prospectValidator } from '#app/crm/validators/prospect_validators'

/** Counted exactly up to here; the label says "more than" beyond. */
const COUNT_CAP = 1001

const CHOICES = { consentStatuses: CONSENT_STATUSES, consentBases: CONSENT_BASES }

export default class ProspectsController {
  async index({ workspace, request, view }: HttpContext) {
    // A filter that makes no sense is a broken link, not a form to correct: it is left out.
    const [, filters] = await listProspectsValidator.tryValidate(request.qs())
    const [page, total, sources] = await Promise.all([
      listProspects(workspace.id, filters ?? {}),
      countProspects(workspace.id, COUNT_CAP),
      prospectSources(workspace.id),
    ])
    const query = new URLSearchParams(
      Object.entries(filters ?? {}).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[0] !== 'cursor'
      )
    )
    const next = page.next ? `/prospects?${query}${query.size ? '&' : ''}cursor=${page.next}` : null
    return view.render('crm/prospects/index', {
      rows: page.rows,
      next,
      first: filters?.cursor ? `/prospects?${query}` : null,
      filters: filters ?? {},
      filtered: [...query.keys()].some((key) => key !== 'sort'),
      total,
      cap: COUNT_CAP - 1,
      sources,
      consentStatuses: CONSENT_STATUSES,
    })
  }

  create({ view }: HttpContext) {
    return view.render('crm/prospects/create', CHOICES)
  }

  async store(ctx: HttpContext) {
    const form = await ctx.request.validateUsing(prospectValidator)
    const saved = await new SaveProspect().handle(ctx.workspace, form, { source: 'manual' })
    return this.answer(ctx, saved, '/prospects/new')
  }

  async show({ workspace, params, view }: HttpContext) {
    const prospect = await Prospect.in(workspace.id).where('id', params.id).first()
    if (!prospect) throw new E_NOT_FOUND()
    const [deals, notes, tasks, members] = await Promise.all([
      Deal.in(workspace.id)
        .where('prospectId', prospect.id)
        .preload('stage')
        .orderBy('createdAt', 'desc')
        .limit(100),
      Note.in(workspace.id)
        .where((query) =>
          query.where('prospectId', prospect.id).orWhereIn('dealId', (deal) =>
            deal.from('deals').select('id').where({
              workspace_id: workspace.id,
              prospect_id: prospect.id,
            })
          )
        )
        .preload('author')
        .orderBy('createdAt', 'desc')
        .limit(200),
      Task.in(workspace.id)
        .where('prospectId', prospect.id)
        .preload('assignee')
        .orderByRaw('done_at desc nulls first, due_on, id'),
      Membership.query().where('workspaceId', workspace.id).preload('user'),
    ])
    return view.render('crm/prospects/show', {
      prospect,
      deals,
      notes,
      tasks,
      members,
      timeline: timelineOf(prospect, deals, notes),
      ...CHOICES,
    })
  }

  async update(ctx: HttpContext) {
    const form = await ctx.request.validateUsing(prospectValidator)
    const saved = await new SaveProspect().handle(ctx.workspace, form, {
      id: ctx.params.id,
      source: 'manual',
    })
    return this.answer(ctx, saved, `/prospects/${ctx.params.id}#edit`)
  }

  async export({ workspace, params, response }: HttpContext) {
    const data = await exportProspect(workspace.id, params.id)
    if (!data) throw new E_NOT_FOUND()
    response.header('content-disposition', `attachment; filename="prospect-${params.id}.json"`)
    response.header('content-type', 'application/json; charset=utf-8')
    return response.send(JSON.stringify(data, null, 2))
  }

  async erase({ workspace, params, user, response, session, i18n }: HttpContext) {
    const erased = await new EraseProspect().handle(workspace.id, params.id, user.id)
    if (!erased) throw new E_NOT_FOUND()
    session.flash('success', i18n.t('crm.prospect.erased'))
    return response.redirect('/prospects')
  }

  private answer(ctx: HttpContext, saved: SavedProspect, formPage: string) {
    const { response, session, i18n } = ctx
    if (saved.ok) {
      session.flash('success', i18n.t(saved.created ? 'crm.prospect.created' : 'crm.saved'))
      return response.redirect(`/prospects/${saved.prospect.id}`)
    }
    if (saved.reason === 'not_found') throw new E_NOT_FOUND()
    refuseField(ctx, saved.field ?? 'name', i18n.t(`crm.error.${saved.reason}`))
    return response.redirect(formPage)
  }
}

/** What happened with a person, newest first. */
function timelineOf(prospect: Prospect, deals: Deal[], notes: Note[]) {
  const entries = [
    { icon: 'user-plus', key: 'known', at: prospect.createdAt, text: prospect.source, href: null },
    ...deals.map((deal) => ({
      icon: 'square-kanban',
      key: 'deal_opened',
      at: deal.createdAt,
      text: deal.title,
      href: `/deals/${deal.id}`,
    })),
    ...deals
      .filter(({ status }) => status !== 'open')
      .map((deal) => ({
        icon: deal.status === 'won' ? 'trophy' : 'circle-x',
        key: `deal_${deal.status}`,
        at: (deal.wonAt ?? deal.lostAt)!,
        text: deal.title,
        href: `/deals/${deal.id}`,
      })),
    ...deals
      .filter(({ conversationId }) => conversationId)
      .map((deal) => ({
        icon: 'messages-square',
        key: 'conversation',
        at: deal.createdAt,
        text: deal.interest ?? '',
        href: `/conversations/${deal.conversationId}`,
      })),
    ...notes.map((note) => ({
      icon: 'sticky-note',
      key: 'note',
      at: note.createdAt,
      text: note.body,
      href: null,
    })),
  ]
  if (prospect.consentAt) {
    entries.push({
      icon: 'shield-check',
      key: `consent_${prospect.consentStatus}`,
      at: prospect.consentAt,
      text: prospect.consentSource ?? '',
      href: null,
    })
  }
  return entries.sort((a, b) => b.at.toMillis() - a.at.toMillis())
}
