import type { HttpContext } from '@adonisjs/core/http'
import { errors } from '@vinejs/vine'
import { recordAudit } from '#accounts'
import { llm } from '#llm'
import { appUrl } from '#config/app'
import { agentSettingsOf } from '#app/sales_agent/settings/services/agent_settings'
import { readOrigins } from '#app/sales_agent/settings/services/read_origins'
import { agentSettingsValidator } from '#app/sales_agent/settings/validators/agent_settings'

/** The agent's own pages: try it, and decide how it presents itself. */
export default class AgentController {
  async show({ view, workspace }: HttpContext) {
    const settings = await agentSettingsOf(workspace.id)
    return view.render('sales_agent/agent/show', { settings, hasModel: llm.available() })
  }

  async edit({ request, view, workspace }: HttpContext) {
    const settings = await agentSettingsOf(workspace.id)
    const address = request.host() ? `${request.protocol()}://${request.host()}` : appUrl
    const snippet = `<script src="${address}/widget.js" data-key="${settings.widgetKey}" async></script>`
    return view.render('sales_agent/agent/settings', { settings, snippet })
  }

  async update({ i18n, request, response, session, user, workspace }: HttpContext) {
    const input = await request.validateUsing(agentSettingsValidator)
    const { origins, wrong } = readOrigins(input.allowed_origins)
    if (wrong.length > 0) {
      const message = i18n.t('sales_agent.settings.wrong_origin', { address: wrong[0]! })
      throw new errors.E_VALIDATION_ERROR([{ field: 'allowed_origins', message, rule: 'origin' }])
    }
    const settings = await agentSettingsOf(workspace.id)
    settings.merge({
      name: input.name,
      greetings: {
        ...(input.greeting_en ? { en: input.greeting_en } : {}),
        ...(input.greeting_fr ? { fr: input.greeting_fr } : {}),
      },
      colour: input.colour.toLowerCase(),
      allowedOrigins: origins,
      branding: input.branding ?? false,
      asksForContact: input.asks_for_contact ?? false,
    })
    await settings.save()
    await recordAudit({
      workspaceId: workspace.id,
      actorId: user.id,
      action: 'sales_agent.settings_changed',
      subjectType: 'agent_settings',
      subjectId: settings.id,
      details: { origins: origins.length },
    })
    session.flash('success', i18n.t('sales_agent.settings.saved'))
    return response.redirect().toRoute('sales_agent.agent.edit')
  }
}
