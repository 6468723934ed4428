import db from '@adonisjs/lucid/services/db'
import type { OrderRow } from '#app/wallet/services/activate_order'
import { stripeClient } from '#app/wallet/stripe/client'
import { stripeTrouble } from '#app/wallet/stripe/stripe_trouble'
import { syncSession } from '#app/wallet/stripe/sync/sync_session'

export type ReturnOutcome = 'paid' | 'processing' | 'open' | 'failed' | 'not_found'

/**
 * What became of a payment, for the buyer who comes back from Stripe's page. Usually sooner than
 * the event; both do the same. When Stripe cannot be asked now, the event tells later.
 */
export async function checkReturn(workspaceId: string, orderId: string): Promise<ReturnOutcome> {
  const mine = { workspace_id: workspaceId, id: orderId, channel: 'stripe' }
  const order = (await db.from('wallet_orders').where(mine).first()) as OrderRow | null
  if (!order) return 'not_found'
  const stripe = stripeClient()
  if (stripe && order.status !== 'paid' && order.stripe_session_id) {
    try {
      await syncSession(stripe, order.stripe_session_id)
    } catch (error) {
      if (!stripeTrouble(error)) throw error
      return 'processing'
    }
  }
  const now = (await db.from('wallet_orders').where(mine).firstOrFail()) as OrderRow
  if (now.status === 'paid') return 'paid'
  if (now.payment_state === 'processing' || now.payment_state === 'unknown') return 'processing'
  return now.payment_state === 'open' ? 'open' : 'failed'
}
