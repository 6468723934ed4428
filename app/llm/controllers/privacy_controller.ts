import type { HttpContext } from '@adonisjs/core/http'
import { recordAudit } from '#accounts'
import {
  disclosureDays,
  KEEP_DAYS,
  listDisclosures,
  setDisclosureDays,
} from '#app/llm/privacy/disclosures'
import { markPlaceholders } from '#app/llm/privacy/mark_placeholders'
import { keepDaysValidator, privacyListValidator } from '#app/llm/validators/privacy_validators'

/** "What left the box": exactly what external providers were sent, for as long as it is kept. */
export default class PrivacyController {
  async index({ request, view, workspace }: HttpContext) {
    const { cursor } = await request.validateUsing(privacyListValidator)
    const [page, keepDays] = await Promise.all([
      listDisclosures(workspace.id, cursor),
      disclosureDays(workspace.id),
    ])
    return view.render('llm/privacy', {
      ...{ page, keepDays, cursor, markPlaceholders },
      choices: KEEP_DAYS,
    })
  }

  async update({ i18n, request, response, session, user, workspace }: HttpContext) {
    const { keepDays } = await request.validateUsing(keepDaysValidator)
    await setDisclosureDays(workspace.id, keepDays)
    await recordAudit({
      workspaceId: workspace.id,
      actorId: user.id,
      action: 'llm.privacy_changed',
      details: { keepDays },
    })
    session.flash('success', i18n.t('llm.privacy.saved'))
    return response.redirect().toRoute('llm.privacy.index')
  }
}
