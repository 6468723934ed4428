import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { ChangePlan } from '#app/wallet/services/change_plan'
import { grant } from '#app/wallet/services/granting'
import { monthAround } from '#app/wallet/services/period'
import { requirePlan } from '#app/wallet/services/plan_book'

export interface OrderRow {
  workspace_id: string
  id: string
  kind: 'pack' | 'plan' | 'overage'
  line: string | null
  plan: string | null
  credit_micros: number | null
  discount_percent: number
  /** Net of VAT and without the setup fee. */
  price_cents: number
  setup_cents: number
  vat_cents: number
  vat_basis_points: number
  vat_treatment: string | null
  currency: 'EUR' | 'USD'
  engagement_months: number
  status: 'pending' | 'paid' | 'cancelled'
  channel: 'manual' | 'stripe'
  payment_state: 'open' | 'unknown' | 'processing' | 'failed' | 'mismatch' | 'settled'
  failure: string | null
  requested_by: string | null
  requested_at: Date
  grant_id: string | null
  quoted_usd_micros: number | null
  stripe_session_id: string | null
  stripe_attempt: number
}

/** All that an order costs, in cents. */
export function totalOf(order: Pick<OrderRow, 'price_cents' | 'setup_cents' | 'vat_cents'>) {
  return order.price_cents + order.setup_cents + order.vat_cents
}

/**
 * Gives what a paid order bought, at once: a pack's credit or the plan. The grant's key names the
 * order, so that whoever learns of the payment first gives it and everybody else changes nothing.
 */
export async function activateOrder(
  order: OrderRow,
  by: { timezone: string; actorId: string | null; now: Date },
  trx: TransactionClientContract
): Promise<string | null> {
  const { workspace_id: workspaceId, id } = order
  const { timezone, actorId, now } = by
  // A bill for what was spent already; its payment opens the advance again.
  if (order.kind === 'overage') return null
  if (order.kind === 'plan') {
    const plan = requirePlan(order.line!, order.plan!)
    const terms =
      order.quoted_usd_micros === null
        ? null
        : { priceCents: order.price_cents, usdMicros: order.quoted_usd_micros }
    await new ChangePlan().handle({ workspaceId, timezone, plan, terms, actorId, now }, trx)
    return null
  }
  const granted = await grant(
    {
      workspaceId,
      asset: 'usd',
      amount: order.credit_micros!,
      source: 'pack',
      startsAt: now,
      expiresAt: monthAround(now, timezone).end,
      idempotencyKey: `order:${id}`,
      details: { orderId: id, priceCents: order.price_cents, currency: order.currency },
      now,
    },
    trx
  )
  return granted.grantId
}
