import type Stripe from 'stripe'
import db from '@adonisjs/lucid/services/db'
import { UUID } from '#shared/uuid'
import { notify } from '#accounts'
import { idOf } from '#app/wallet/stripe/id_of'
import { rememberCard } from '#app/wallet/stripe/sync/remember_card'
import { settleOrder } from '#app/wallet/stripe/sync/settle_order'
import { syncSubscription } from '#app/wallet/stripe/sync/sync_subscription'

/**
 * Makes an order agree with its checkout page as Stripe knows it now. Called by events, by the
 * page that the buyer comes back to and by the nightly look; whoever comes later changes nothing.
 */
export async function syncSession(stripe: Stripe, sessionId: string): Promise<string> {
  const session = await stripe.checkout.sessions.retrieve(sessionId, {
    expand: ['payment_intent'],
  })
  const { orderId, workspaceId } = session.metadata ?? {}
  if (!orderId || !workspaceId || !UUID.test(orderId) || !UUID.test(workspaceId)) {
    return 'not a session of ours'
  }
  const mine = { workspace_id: workspaceId, id: orderId }
  if (session.status === 'expired') {
    await db
      .from('wallet_orders')
      .where({ ...mine, status: 'pending', stripe_session_id: sessionId })
      .update({ status: 'cancelled', payment_state: 'failed', decided_at: new Date() })
    return 'expired'
  }
  if (session.status !== 'complete') return 'still open'
  if (session.mode === 'subscription') {
    return syncSubscription(stripe, idOf(session.subscription)!)
  }
  const intent = session.payment_intent as Stripe.PaymentIntent | null
  return syncOrderIntent(stripe, intent!)
}

/** The payment of a pack, from the hosted page or the saved card. */
export async function syncOrderIntent(
  stripe: Stripe,
  intent: Stripe.PaymentIntent
): Promise<string> {
  const { orderId, workspaceId } = intent.metadata
  if (!orderId || !workspaceId || !UUID.test(orderId) || !UUID.test(workspaceId)) {
    return 'not a payment of ours'
  }
  if (intent.status === 'succeeded') {
    const settled = await settleOrder(
      { workspaceId, orderId },
      {
        paymentIntentId: intent.id,
        amountCents: intent.amount_received,
        currency: intent.currency,
      }
    )
    if (!settled.ok) throw new Error(`Order ${orderId}: ${settled.reason}`)
    if (settled.outcome === 'double') await giveBackDouble(stripe, intent.id)
    await rememberCard(stripe, workspaceId, intent.payment_method)
    return settled.outcome
  }
  const pending = db
    .from('wallet_orders')
    .where({ workspace_id: workspaceId, id: orderId, status: 'pending' })
  if (intent.status === 'processing') {
    await pending.update({ payment_state: 'processing' })
    return 'processing'
  }
  const failure = intent.last_payment_error?.message ?? null
  // Only a payment that was on its way can fail; a page that is still open may be tried again.
  const failed = await pending
    .whereIn('payment_state', ['processing', 'unknown'])
    .update({ payment_state: 'failed', failure })
  if (Number(failed) > 0) await tellFailure(workspaceId, orderId)
  return 'not paid'
}

/** An order that was paid in two ways, in two windows, is paid once. */
async function giveBackDouble(stripe: Stripe, paymentIntentId: string) {
  await stripe.refunds.create(
    { payment_intent: paymentIntentId, reason: 'duplicate' },
    { idempotencyKey: `double:${paymentIntentId}` }
  )
}

async function tellFailure(workspaceId: string, orderId: string) {
  await notify({
    workspaceId,
    kind: 'wallet.payment_failed',
    titleKey: 'wallet.notices.payment_failed.title',
    bodyKey: 'wallet.notices.payment_failed.body',
    href: '/wallet#orders',
    minRole: 'manager',
    dedupeKey: `wallet.payment_failed:${orderId}`,
  })
}
