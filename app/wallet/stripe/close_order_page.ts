import db from '@adonisjs/lucid/services/db'
import type { OrderRow } from '#app/wallet/services/activate_order'
import { stripeClient } from '#app/wallet/stripe/client'
import { stripeTrouble } from '#app/wallet/stripe/stripe_trouble'
import { syncSession } from '#app/wallet/stripe/sync/sync_session'

/**
 * Closes the payment page of an order that its buyer takes back. When Stripe cannot be reached
 * the page stays open; whoever pays there all the same gets what they paid for.
 */
export async function closeOrderPage(
  workspaceId: string,
  orderId: string
): Promise<'closed' | 'paid'> {
  const mine = { workspace_id: workspaceId, id: orderId, status: 'pending' }
  const order = (await db.from('wallet_orders').where(mine).first()) as OrderRow | null
  const stripe = stripeClient()
  if (!stripe || !order?.stripe_session_id) return 'closed'
  try {
    const session = await stripe.checkout.sessions.retrieve(order.stripe_session_id)
    if (session.status === 'open') await stripe.checkout.sessions.expire(session.id)
    if (session.status !== 'complete') return 'closed'
    await syncSession(stripe, session.id)
    return 'paid'
  } catch (error) {
    if (!stripeTrouble(error)) throw error
    return 'closed'
  }
}
