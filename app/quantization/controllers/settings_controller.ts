import type { HttpContext } from '@adonisjs/core/http'
import { recordAudit } from '#accounts'
import { readSettings, writeSettings } from '#app/quantization/services/workspace_settings'
import { savingsForm, settingsForm } from '#app/quantization/validators/page_validators'

const PER_UNIT = 10_000

export default class SettingsController {
  async show({ view, workspace }: HttpContext) {
    const settings = await readSettings(workspace.id)
    return view.render('quantization/settings', { settings, currency: workspace.currency })
  }

  async update({ request, response, session, i18n, workspace, user }: HttpContext) {
    const { thresholds, keepDays } = await request.validateUsing(settingsForm)
    await writeSettings(workspace.id, { thresholds, keepDays: keepDays ?? null })
    await recordAudit({
      workspaceId: workspace.id,
      actorId: user.id,
      action: 'quantization.settings_changed',
    })
    session.flash('success', i18n.t('quantization.settings.saved'))
    return response.redirect('/quantization/settings')
  }

  /** The traffic and the prices that the savings are counted with. */
  async savings({ request, response, session, i18n, workspace }: HttpContext) {
    const form = await request.validateUsing(savingsForm)
    const instances = form.instances.flatMap(({ name, memoryGb, price }) =>
      name && memoryGb && price !== null && price !== undefined
        ? [{ name, memoryGb, pricePerHourTenThousandths: Math.round(price * PER_UNIT) }]
        : []
    )
    await writeSettings(workspace.id, {
      savings: {
        requestsPerMonth: form.requestsPerMonth,
        hoursPerMonth: form.hoursPerMonth,
        tokensPerRequest: form.tokensPerRequest,
        instances,
      },
    })
    session.flash('success', i18n.t('quantization.settings.saved'))
    return response.redirect('/quantization/settings')
  }
}
