import type { HttpContext } from '@adonisjs/core/http'
import { MICROS_PER_UNIT } from '#shared/money'
import { answerQuote } from '#app/wallet/services/answer_quote'
import { decideBoxOrder, listPendingOrders } from '#app/wallet/services/box_orders'
import { orderParams, quoteAnswer } from '#app/wallet/validators/wallet_validators'
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

  /** Answers a request for a quote with a price and a pool of credit. */
  async quote({ i18n, params, request, response, session, user }: HttpContext) {
    const [error, valid] = await orderParams.tryValidate(params)
    if (error) throw new E_NOT_FOUND()
    const { euros, dollars } = await request.validateUsing(quoteAnswer)
    const answered = await answerQuote({
      orderId: valid.id,
      userId: user.id,
      priceCents: euros * 100,
      usdMicros: dollars * MICROS_PER_UNIT,
    })
    if (!answered.ok && answered.reason === 'not_found') throw new E_NOT_FOUND()
    if (answered.ok) session.flash('success', i18n.t('wallet.quote.answered'))
    else session.flash('error', i18n.t('wallet.order.already_decided'))
    return response.redirect().toPath('/wallet/orders')
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
