import type { HttpContext } from '@adonisjs/core/http'
import { DecideOrder } from '#app/wallet/services/decide_order'
import { PlaceOrder } from '#app/wallet/services/place_order'
import { orderParams, orderPayment, packOrder } from '#app/wallet/validators/wallet_validators'
import { stripeIsOn } from '#app/wallet/stripe/client'
import { closeOrderPage } from '#app/wallet/stripe/close_order_page'
import { checkReturn } from '#app/wallet/stripe/check_return'
import { PayOrder } from '#app/wallet/stripe/pay_order'
import { E_NOT_FOUND } from '#shared/exceptions/errors'

/** What a workspace orders, pays and takes back. */
export default class OrdersController {
  async store(ctx: HttpContext) {
    const { i18n, request, response, session, user, workspace } = ctx
    const { dollars, key, saved_card: savedCard } = await request.validateUsing(packOrder)
    const channel = stripeIsOn() ? 'stripe' : 'manual'
    const placed = await new PlaceOrder().handle({
      workspaceId: workspace.id,
      userId: user.id,
      channel,
      request: { kind: 'pack', dollars },
      idempotencyKey: key,
    })
    if (placed.ok && channel === 'stripe') return this.#pay(ctx, placed.orderId, savedCard)
    if (placed.ok) session.flash('success', i18n.t('wallet.order.placed'))
    else session.flash('error', i18n.t(`wallet.order.${placed.reason}`))
    return response.redirect().toPath('/wallet#orders')
  }

  /** Goes on with an order whose payment was left or did not go through. */
  async pay(ctx: HttpContext) {
    const { saved_card: savedCard } = await ctx.request.validateUsing(orderPayment)
    return this.#pay(ctx, await this.#idOf(ctx), savedCard)
  }

  async #pay(ctx: HttpContext, orderId: string, savedCard = false) {
    const { i18n, response, session, workspace } = ctx
    const { id: workspaceId, timezone } = workspace
    const paid = await new PayOrder().handle({ workspaceId, timezone, orderId, savedCard })
    if (!paid.ok && paid.reason === 'not_found') throw new E_NOT_FOUND()
    if (paid.ok && paid.outcome === 'redirect') {
      if (paid.because !== 'chosen') session.flash('error', i18n.t(`wallet.pay.${paid.because}`))
      return response.redirect(paid.url)
    }
    if (paid.ok) session.flash('success', i18n.t(`wallet.pay.${paid.outcome}`))
    else session.flash('error', i18n.t(`wallet.pay.${paid.reason}`))
    return response.redirect().toPath(paid.ok ? '/wallet' : '/wallet#orders')
  }

  /** Where Stripe's page leads back to, paid or left. */
  async back(ctx: HttpContext) {
    const { i18n, request, response, session, workspace } = ctx
    const outcome = await checkReturn(workspace.id, await this.#idOf(ctx))
    if (outcome === 'not_found') throw new E_NOT_FOUND()
    const left = outcome === 'open' && request.input('left')
    const tone = outcome === 'paid' ? 'success' : outcome === 'failed' ? 'error' : 'info'
    session.flash(tone, i18n.t(`wallet.pay.${left ? 'left' : outcome}`))
    return response.redirect().toPath(outcome === 'paid' ? '/wallet' : '/wallet#orders')
  }

  async cancel(ctx: HttpContext) {
    const { i18n, response, session, user, workspace } = ctx
    const orderId = await this.#idOf(ctx)
    const { id: workspaceId, timezone } = workspace
    const decision = 'cancelled' as const
    const input = { workspaceId, timezone, orderId, userId: user.id, decision }
    const closed = await closeOrderPage(workspaceId, orderId)
    if (closed === 'paid') {
      session.flash('success', i18n.t('wallet.pay.paid'))
      return response.redirect().toPath('/wallet')
    }
    const decided = await new DecideOrder().handle(input)
    if (!decided.ok && decided.reason === 'not_found') throw new E_NOT_FOUND()
    if (decided.ok) session.flash('success', i18n.t('wallet.order.now_cancelled'))
    else session.flash('error', i18n.t('wallet.order.already_decided'))
    return response.redirect().toPath('/wallet#orders')
  }

  async #idOf({ params }: HttpContext): Promise<string> {
    const [error, valid] = await orderParams.tryValidate(params)
    if (error) throw new E_NOT_FOUND()
    return valid.id
  }
}
