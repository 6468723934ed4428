import type Stripe from 'stripe'
import db from '@adonisjs/lucid/services/db'
import { appUrl } from '#config/app'
import { requirePlan } from '#app/wallet/services/plan_book'
import { totalOf, type OrderRow } from '#app/wallet/services/activate_order'
import { monthAround } from '#app/wallet/services/period'
import { vatOnNet } from '#app/wallet/billing/vat'
import { ensureStripeCustomer } from '#app/wallet/stripe/ensure_customer'
import { ensurePrice, planTitle } from '#app/wallet/stripe/ensure_price'

/** A page of this month's end that is nearer than this would already be next month's. */
const ANCHOR_MARGIN_MS = 60 * 60 * 1000

/**
 * The hosted page that takes the money for an order: the one that is open, else a new one. The
 * amounts are the order's own; the customer's browser names none.
 *
 * @returns its address, or null when this order has a payment that is on its way or done
 */
export async function startCheckout(
  stripe: Stripe,
  order: OrderRow,
  timezone: string,
  now = new Date()
): Promise<string | null> {
  let attempt = order.stripe_attempt
  if (order.stripe_session_id) {
    const open = await stripe.checkout.sessions.retrieve(order.stripe_session_id)
    if (open.status === 'open') return open.url
    if (open.status === 'complete') return null
    attempt += 1
  }
  const customer = await ensureStripeCustomer(stripe, order.workspace_id)
  const back = `${appUrl}/wallet/orders/${order.id}/return`
  const session = await stripe.checkout.sessions.create(
    {
      customer,
      client_reference_id: order.workspace_id,
      metadata: { orderId: order.id, workspaceId: order.workspace_id },
      success_url: back,
      cancel_url: `${back}?left=1`,
      ...(order.kind === 'plan'
        ? await planSession(stripe, order, timezone, now)
        : packSession(order)),
    },
    { idempotencyKey: `order:${order.id}:session:${attempt}` }
  )
  await db
    .from('wallet_orders')
    .where({ workspace_id: order.workspace_id, id: order.id })
    .update({ stripe_session_id: session.id, stripe_attempt: attempt })
  return session.url
}

function packSession(order: OrderRow): Stripe.Checkout.SessionCreateParams {
  const name =
    order.kind === 'overage'
      ? 'Comptoir: request credit beyond the month'
      : `Comptoir: $${order.credit_micros! / 1_000_000} request credit`
  return {
    mode: 'payment',
    line_items: [oneTime(order.currency, totalOf(order), name)],
    payment_intent_data: {
      // The card is kept for the next purchase in one click.
      setup_future_usage: 'off_session',
      metadata: { orderId: order.id, workspaceId: order.workspace_id },
    },
  }
}

/**
 * Plans are billed by calendar months in the workspace's time zone, as their credit is: the
 * first month is prorated to its end.
 */
async function planSession(
  stripe: Stripe,
  order: OrderRow,
  timezone: string,
  now: Date
): Promise<Stripe.Checkout.SessionCreateParams> {
  const plan = requirePlan(order.line!, order.plan!)
  const price = await ensurePrice(stripe, plan, order.vat_basis_points)
  const end = monthAround(now, timezone).end
  const anchored = !plan.yearlyCents && end.getTime() - now.getTime() > ANCHOR_MARGIN_MS
  const once = (plan.oneTimeCents ?? 0) + order.setup_cents
  const extra = once + vatOnNet(once, order.vat_basis_points)
  return {
    mode: 'subscription',
    line_items: [
      { price, quantity: 1 },
      ...(extra > 0 ? [oneTime(order.currency, extra, `${planTitle(plan)}, set-up`)] : []),
    ],
    subscription_data: {
      metadata: {
        orderId: order.id,
        workspaceId: order.workspace_id,
        engagementMonths: String(order.engagement_months),
      },
      ...(anchored
        ? {
            billing_cycle_anchor: Math.floor(end.getTime() / 1000),
            proration_behavior: 'create_prorations' as const,
          }
        : {}),
    },
  }
}

function oneTime(currency: string, cents: number, name: string) {
  return {
    quantity: 1,
    price_data: {
      currency: currency.toLowerCase(),
      unit_amount: cents,
      product_data: { name },
    },
  }
}
