import type { HttpContext } from '@adonisjs/core/http'
import { recordAudit } from '#accounts'
import { readCountingRules, writeCountingRules } from '#app/reports/services/settings'
import {
  subscribe,
  subscribers,
  subscriptionOf,
  unsubscribe,
} from '#app/reports/services/subscriptions'
import { reportFormat } from '#app/reports/weekly/format'
import {
  countingRulesValidator,
  subscriptionValidator,
} from '#app/reports/validators/settings_validators'

/** Who receives the weekly report, and how it counts. */
export default class ReportSettingsController {
  async edit({ workspace, user, i18n, view }: HttpContext) {
    const [rules, subscription, recipients] = await Promise.all([
      readCountingRules(workspace.id),
      subscriptionOf(workspace.id, user.id),
      subscribers(workspace.id),
    ])
    return view.render('reports/settings', {
      rules,
      subscription,
      recipients,
      format: reportFormat(i18n.locale, workspace.currency),
    })
  }

  async update(ctx: HttpContext) {
    const { workspace, user, request, response, session, i18n } = ctx
    const input = await request.validateUsing(countingRulesValidator)
    const rules = { usdRate: input.usdRate, grossMarginPercent: input.grossMarginPercent ?? null }
    await writeCountingRules(workspace.id, rules)
    await recordAudit({
      workspaceId: workspace.id,
      actorId: user.id,
      actorKind: 'user',
      action: 'reports.settings_changed',
      details: rules,
    })
    session.flash('success', i18n.t('reports.settings.saved'))
    return response.redirect().toPath('/reports/settings')
  }

  async subscribe({ workspace, user, request, response, session, i18n }: HttpContext) {
    const { locale } = await request.validateUsing(subscriptionValidator)
    await subscribe(workspace.id, user.id, locale ?? i18n.locale)
    session.flash('success', i18n.t('reports.settings.subscription_saved'))
    return response.redirect().toPath('/reports/settings')
  }

  async unsubscribe({ workspace, user, response, session, i18n }: HttpContext) {
    await unsubscribe(workspace.id, user.id)
    session.flash('success', i18n.t('reports.settings.subscription_ended'))
    return response.redirect().toPath('/reports/settings')
  }
}
