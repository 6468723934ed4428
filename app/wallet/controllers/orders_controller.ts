import type { HttpContext } from '@adonisjs/core/http'
import { DecideOrder } from '#app/wallet/services/decide_order'
import { PlaceOrder } from '#app/wallet/services/place_order'
import { orderParams, packOrder } from '#app/wallet/validators/wallet_validators'
import { E_NOT_FOUND } from '#shared/exceptions/errors'

/** What a workspace orders and takes back. Whether it is paid, the operator of the box says. */
export default class OrdersController {
  async store({ i18n, request, response, session, user, workspace }: HttpContext) {
    const { dollars, key } = await request.validateUsing(packOrder)
    const placed = await new PlaceOrder().handle({
      workspaceId: workspace.id,
      userId: user.id,
      request: { kind: 'pack', dollars },
      idempotencyKey: key,
    })
    if (placed.ok) session.flash('success', i18n.t('wallet.order.placed'))
    else session.flash('error', i18n.t(`wallet.order.${placed.reason}`))
    return response.redirect().toPath('/wallet#orders')
  }

  async cancel({ i18n, params, response, session, user, workspace }: HttpContext) {
    const [error, valid] = await orderParams.tryValidate(params)
    if (error) throw new E_NOT_FOUND()
    const decided = await new DecideOrder().handle({
      workspaceId: workspace.id,
      timezone: workspace.timezone,
      orderId: valid.id,
      userId: user.id,
      decision: 'cancelled',
    })
    if (!decided.ok && decided.reason === 'not_found') throw new E_NOT_FOUND()
    if (decided.ok) session.flash('success', i18n.t('wallet.order.now_cancelled'))
    else session.flash('error', i18n.t('wallet.order.already_decided'))
    return response.redirect().toPath('/wallet#orders')
  }
}
