import type { HttpContext } from '@adonisjs/core/http'
import { MICROS_PER_UNIT } from '#shared/money'
import { saveLimits } from '#app/wallet/services/read_limits'
import { spendingLimits } from '#app/wallet/validators/wallet_validators'

/** How far a workspace may spend beyond its credit, and how fast. */
export default class LimitsController {
  async update({ i18n, request, response, session, user, workspace }: HttpContext) {
    const { overage, hourly } = await request.validateUsing(spendingLimits)
    await saveLimits(workspace.id, user.id, {
      overageMicros: overage * MICROS_PER_UNIT,
      hourlyMicros: hourly === null ? null : hourly * MICROS_PER_UNIT,
    })
    session.flash('success', i18n.t('wallet.limits.saved'))
    return response.redirect().toPath('/wallet#limits')
  }
}
