import type { HttpContext } from '@adonisjs/core/http'
import { auditLabel, detailsText } from '#app/accounts/services/audit_label'
import { auditActions, listAudit } from '#app/accounts/services/audit_trail'
import { cleanedQuery } from '#app/accounts/services/cleaned_query'
import { listMembers } from '#app/accounts/services/list_members'
import { auditFilterValidator } from '#app/accounts/validators/settings_validators'

export default class AuditController {
  async index(ctx: HttpContext) {
    const { workspace, i18n } = ctx
    const { action, actor, from, to, before } = await cleanedQuery(ctx, auditFilterValidator)
    const filter = {
      ...(action ? { action } : {}),
      ...(actor ? { actorId: actor } : {}),
      ...(from ? { from } : {}),
      ...(to ? { to } : {}),
    }
    const { entries, next } = await listAudit(workspace, {
      ...filter,
      ...(before ? { before } : {}),
    })
    const actions = await auditActions(workspace.id)
    const members = await listMembers(workspace.id)
    const kept = new URLSearchParams()
    for (const [name, value] of Object.entries({ action, actor, from, to })) {
      if (value) kept.set(name, value)
    }
    return ctx.view.render('accounts/settings/audit', {
      entries: entries.map((entry) => ({
        ...entry,
        label: auditLabel(i18n, entry.action),
        text: detailsText(entry),
      })),
      actions: actions.map((value) => ({
        value,
        label: auditLabel(i18n, value),
      })),
      people: members.map(({ userId, name }) => ({
        value: userId,
        label: name,
      })),
      filter: { action, actor, from, to },
      filtered: kept.size > 0 || Boolean(before),
      nextUrl: next ? `/settings/audit?${withCursor(kept, next)}` : null,
    })
  }
}

function withCursor(kept: URLSearchParams, before: string): string {
  const query = new URLSearchParams(kept)
  query.set('before', before)
  return query.toString()
}
