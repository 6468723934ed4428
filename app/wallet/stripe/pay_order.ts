import db from '@adonisjs/lucid/services/db'
import type Stripe from 'stripe'
import type { Result } from '#shared/result'
import type { OrderRow } from '#app/wallet/services/activate_order'
import { chargeSavedCard } from '#app/wallet/stripe/charge_saved_card'
import { requireStripe } from '#app/wallet/stripe/client'
import { startCheckout } from '#app/wallet/stripe/start_checkout'
import { stripeTrouble, type StripeTrouble } from '#app/wallet/stripe/stripe_trouble'
import { syncOrderIntent, syncSession } from '#app/wallet/stripe/sync/sync_session'

export interface PayOrderInput {
  workspaceId: string
  timezone: string
  orderId: string
  /** In one click with the saved card, else on Stripe's page. */
  savedCard?: boolean
}

export type PayOrderResult = Result<
  | { outcome: 'paid' | 'processing' }
  | { outcome: 'redirect'; url: string; because: 'chosen' | StripeTrouble },
  { reason: 'not_found' | 'not_pending' | 'unreachable' | 'misconfigured' }
>

/**
 * Takes the money for an order that waits. May be called again at any point, after a double click
 * or when Stripe was down in the middle of it: keys named after the order make it one payment.
 */
export class PayOrder {
  async handle(input: PayOrderInput): Promise<PayOrderResult> {
    const mine = { workspace_id: input.workspaceId, id: input.orderId, channel: 'stripe' }
    const order = (await db.from('wallet_orders').where(mine).first()) as OrderRow | null
    if (!order) return { ok: false, reason: 'not_found' }
    if (order.status === 'paid') return { ok: true, outcome: 'paid' }
    if (order.status !== 'pending') return { ok: false, reason: 'not_pending' }
    const stripe = requireStripe()
    try {
      // A lost answer is looked up before anything else is tried.
      if (order.payment_state === 'unknown' && !input.savedCard) {
        const found = await findIntent(stripe, order)
        if (found) return { ok: true, outcome: found }
      }
      return input.savedCard
        ? await this.#chargeCard(stripe, order, input.timezone)
        : await this.#goToPage(stripe, order, input.timezone, 'chosen')
    } catch (error) {
      const trouble = stripeTrouble(error)
      if (trouble === 'unreachable' || trouble === 'misconfigured') {
        return { ok: false, reason: trouble }
      }
      throw error
    }
  }

  async #chargeCard(stripe: Stripe, order: OrderRow, timezone: string): Promise<PayOrderResult> {
    const done = await this.#closePage(stripe, order)
    if (done) return { ok: true, outcome: done }
    const charged = await chargeSavedCard(stripe, order)
    if (charged.ok) {
      const intent = await stripe.paymentIntents.retrieve(charged.paymentIntentId)
      await syncOrderIntent(stripe, intent)
      return { ok: true, outcome: charged.state === 'succeeded' ? 'paid' : 'processing' }
    }
    if (charged.reason === 'unreachable' || charged.reason === 'misconfigured') {
      return { ok: false, reason: charged.reason }
    }
    const because = charged.reason === 'no_card' ? 'chosen' : charged.reason
    return this.#goToPage(stripe, order, timezone, because)
  }

  /** A page that is still open elsewhere must not take the money a second time. */
  async #closePage(stripe: Stripe, order: OrderRow): Promise<'paid' | 'processing' | null> {
    if (!order.stripe_session_id) return null
    const session = await stripe.checkout.sessions.retrieve(order.stripe_session_id)
    if (session.status === 'open') await stripe.checkout.sessions.expire(session.id)
    if (session.status !== 'complete') return null
    const outcome = await syncSession(stripe, session.id)
    return outcome === 'processing' ? 'processing' : 'paid'
  }

  async #goToPage(
    stripe: Stripe,
    order: OrderRow,
    timezone: string,
    because: 'chosen' | StripeTrouble
  ): Promise<PayOrderResult> {
    const url = await startCheckout(stripe, order, timezone)
    if (url) return { ok: true, outcome: 'redirect', url, because }
    await syncSession(stripe, order.stripe_session_id!)
    const mine = { workspace_id: order.workspace_id, id: order.id }
    const now = await db.from('wallet_orders').where(mine).firstOrFail()
    return { ok: true, outcome: now.status === 'paid' ? 'paid' : 'processing' }
  }
}

/** The payment of an order whose answer was lost, when Stripe has one that still counts. */
export async function findIntent(
  stripe: Stripe,
  order: OrderRow
): Promise<'paid' | 'processing' | null> {
  const customer = await db
    .from('wallet_customers')
    .where('workspace_id', order.workspace_id)
    .first()
  if (!customer?.stripe_customer_id) return null
  const { data } = await stripe.paymentIntents.list({
    customer: customer.stripe_customer_id,
    created: { gte: Math.floor(order.requested_at.getTime() / 1000) - 60 },
    limit: 100,
  })
  const live = data.find(
    (intent) =>
      intent.metadata.orderId === order.id && ['succeeded', 'processing'].includes(intent.status)
  )
  if (!live) return null
  await syncOrderIntent(stripe, live)
  return live.status === 'succeeded' ? 'paid' : 'processing'
}
