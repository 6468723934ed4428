import type Stripe from 'stripe'
import db from '@adonisjs/lucid/services/db'
import logger from '@adonisjs/core/services/logger'
import { jobs } from '#shared/jobs/jobs'
import type { OrderRow } from '#app/wallet/services/activate_order'
import { stripeClient } from '#app/wallet/stripe/client'
import { keepEvent, PROCESS_STRIPE_EVENT } from '#app/wallet/stripe/inbox/receive_event'
import { findIntent } from '#app/wallet/stripe/pay_order'
import { applyMoneyBack } from '#app/wallet/stripe/sync/sync_money_back'
import { syncSession } from '#app/wallet/stripe/sync/sync_session'

/** Events whose job was lost start again after this. */
const WAITING_MS = 5 * 60 * 1000

/** How far back the nightly look goes; Stripe keeps events for 30 days. */
const LOOK_BACK_DAYS = 30

/** Puts events that nobody has handled back into the queue. */
export async function requeueEvents(now = new Date()): Promise<number> {
  const rows = await db
    .from('stripe_events')
    .whereNull('processed_at')
    .where('attempts', 0)
    .where('received_at', '<', new Date(now.getTime() - WAITING_MS))
    .select('id')
    .limit(500)
  for (const { id } of rows) {
    await jobs.enqueue(PROCESS_STRIPE_EVENT, { eventId: id }, { singletonKey: id })
  }
  return rows.length
}

/** Looks up payments whose answer was lost, or that take days, in case no event comes. */
export async function settleOpenOrders(now = new Date()): Promise<void> {
  const stripe = stripeClient()
  if (!stripe) return
  const orders = (await db
    .from('wallet_orders')
    .where({ channel: 'stripe', status: 'pending' })
    .whereIn('payment_state', ['unknown', 'processing'])
    .where('requested_at', '<', new Date(now.getTime() - 60_000))
    .limit(100)) as OrderRow[]
  for (const order of orders) {
    await look(stripe, order).catch((error: unknown) => {
      logger.warn({ err: error, orderId: order.id }, 'an open payment could not be looked up')
    })
  }
}

async function look(stripe: Stripe, order: OrderRow): Promise<void> {
  if (await findIntent(stripe, order)) return
  if (order.stripe_session_id) await syncSession(stripe, order.stripe_session_id)
}

/** Events that never arrived, asked for at Stripe. Returns how many were missing. */
export async function fetchMissedEvents(now = new Date()): Promise<number> {
  const stripe = stripeClient()
  if (!stripe) return 0
  const since = Math.floor(now.getTime() / 1000) - LOOK_BACK_DAYS * 86_400
  let missed = 0
  for await (const event of stripe.events.list({
    created: { gte: since },
    delivery_success: false,
    limit: 100,
  })) {
    if (await keepEvent(event, now)) missed += 1
  }
  return missed
}

/** Takes credit that a hold kept when its payment came back, once the hold has let go of it. */
export async function collectShortfalls(now = new Date()): Promise<void> {
  const rows = await db.from('wallet_payments').where('shortfall', '>', 0).select('id').limit(500)
  for (const { id } of rows) await applyMoneyBack(id as string, null, now)
}
