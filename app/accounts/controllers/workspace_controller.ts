import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import { recordAudit } from '#app/accounts/services/record_audit'
import { workspaceValidator } from '#app/accounts/validators/settings_validators'

const FIELDS = ['name', 'timezone', 'currency', 'locale'] as const

export default class WorkspaceController {
  show({ view, i18n }: HttpContext) {
    const names = new Intl.DisplayNames(i18n.locale, { type: 'currency' })
    return view.render('accounts/settings/workspace', {
      zones: Intl.supportedValuesOf('timeZone').map((zone) => ({ value: zone, label: zone })),
      currencies: Intl.supportedValuesOf('currency').map((code) => ({
        value: code,
        label: `${code} – ${names.of(code)}`,
      })),
    })
  }

  async update({ request, response, workspace, user, session, i18n }: HttpContext) {
    const input = await request.validateUsing(workspaceValidator)
    const changed = FIELDS.filter((field) => workspace[field] !== input[field])
    if (changed.length > 0) {
      await db.transaction(async (trx) => {
        await workspace.useTransaction(trx).merge(input).save()
        const details = { fields: changed }
        const action = 'accounts.workspace_changed'
        await recordAudit({ workspaceId: workspace.id, actorId: user.id, action, details }, trx)
      })
    }
    session.flash('success', i18n.t('accounts.saved'))
    return response.redirect('/settings/workspace')
  }
}
