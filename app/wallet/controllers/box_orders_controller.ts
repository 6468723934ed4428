import type { HttpContext } from '@adonisjs/core/http'
import { decideBoxOrder, listPendingOrders } from '#app/wallet/services/box_orders'
import { orderParams } from '#app/wallet/validators/wallet_validators'
import { E_NOT_FOUND } from '#shared/exceptions/errors'

/** The operator of the box settles what its workspaces have ordered. */
export default class BoxOrdersController {
  async index({ view }: HttpContext) {
    return view.render('wallet/orders', { orders: await listPendingOrders() })
  }

  async confirm(ctx: HttpContext) {
    return this.#decide(ctx, 'paid')
  }

  async refuse(ctx: HttpContext) {
    return this.#decide(ctx, 'cancelled')
  }

  async #decide(ctx: HttpContext, decision: 'paid' | 'cancelled') {
    const { i18n, params, response, session, user, workspace } = ctx
    const [error, valid] = await orderParams.tryValidate(params)
    if (error) throw new E_NOT_FOUND()
    const decided = await decideBoxOrder({ orderId: valid.id, userId: user.id, decision })
    if (!decided.ok && decided.reason === 'not_found') throw new E_NOT_FOUND()
    if (decided.ok) session.flash('success', i18n.t(`wallet.order.now_${decision}`))
    else session.flash('error', i18n.t('wallet.order.already_decided'))
    const isOwn = decided.ok && decided.workspaceId === workspace.id
    return response.redirect().toPath(isOwn ? '/wallet#orders' : '/wallet/orders')
  }
}
