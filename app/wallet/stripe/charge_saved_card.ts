import Stripe from 'stripe'
import db from '@adonisjs/lucid/services/db'
import { readCustomer } from '#app/wallet/billing/customer'
import { totalOf, type OrderRow } from '#app/wallet/services/activate_order'
import { stripeTrouble, type StripeTrouble } from '#app/wallet/stripe/stripe_trouble'

export type ChargeOutcome =
  | { ok: true; paymentIntentId: string; state: 'succeeded' | 'processing' }
  | { ok: false; reason: 'no_card' | StripeTrouble; message?: string }

/**
 * Charges the saved card in one click, while nobody is at Stripe's page ("off-session"). One key
 * per order: repeating it after a lost answer finds the same payment. When the bank wants the
 * cardholder (3-D Secure) or refuses, that payment is cancelled before another way is offered.
 */
export async function chargeSavedCard(stripe: Stripe, order: OrderRow): Promise<ChargeOutcome> {
  const { stripeCustomerId, card } = await readCustomer(order.workspace_id)
  if (!stripeCustomerId || !card) return { ok: false, reason: 'no_card' }
  const mine = { workspace_id: order.workspace_id, id: order.id }
  // From here on nobody may order the same again without knowing what became of this.
  await db
    .from('wallet_orders')
    .where({ ...mine, status: 'pending' })
    .update({
      payment_state: 'unknown',
    })
  try {
    const intent = await stripe.paymentIntents.create(
      {
        amount: totalOf(order),
        currency: order.currency.toLowerCase(),
        customer: stripeCustomerId,
        payment_method: card.id,
        off_session: true,
        confirm: true,
        metadata: { orderId: order.id, workspaceId: order.workspace_id },
      },
      { idempotencyKey: `order:${order.id}:card:${card.id}` }
    )
    if (intent.status === 'succeeded') {
      return { ok: true, paymentIntentId: intent.id, state: 'succeeded' }
    }
    if (intent.status === 'processing') {
      return { ok: true, paymentIntentId: intent.id, state: 'processing' }
    }
    await giveUp(stripe, order, intent.id)
    return { ok: false, reason: 'needs_confirmation' }
  } catch (error) {
    const reason = stripeTrouble(error)
    if (!reason) throw error
    if (error instanceof Stripe.errors.StripeCardError && error.payment_intent) {
      await giveUp(stripe, order, error.payment_intent.id)
      return { ok: false, reason, message: error.message }
    }
    return { ok: false, reason }
  }
}

/** After this the order can be paid another way, and only that way. */
async function giveUp(stripe: Stripe, order: OrderRow, paymentIntentId: string): Promise<void> {
  const intent = await stripe.paymentIntents.retrieve(paymentIntentId)
  if (intent.status !== 'canceled') {
    await stripe.paymentIntents.cancel(
      paymentIntentId,
      {},
      { idempotencyKey: `cancel:${paymentIntentId}` }
    )
  }
  await db
    .from('wallet_orders')
    .where({ workspace_id: order.workspace_id, id: order.id, status: 'pending' })
    .update({ payment_state: 'open' })
}
