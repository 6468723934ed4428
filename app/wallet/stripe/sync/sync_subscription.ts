import type Stripe from 'stripe'
import db from '@adonisjs/lucid/services/db'
import { UUID } from '#shared/uuid'
import { isMissing } from '#app/wallet/stripe/stripe_trouble'
import { idOf } from '#app/wallet/stripe/id_of'
import { applySubscription, endSubscription } from '#app/wallet/stripe/sync/apply_subscription'
import { requirePlan, type Plan } from '#app/wallet/services/plan_book'
import { rememberCard } from '#app/wallet/stripe/sync/remember_card'

/** The plan stands as long as Stripe still tries to collect; "unpaid" means that it gave up. */
const ENTITLED = ['active', 'trialing', 'past_due']

/** A subscription as the wallet needs it. */
export interface PlanSubscription {
  id: string
  workspaceId: string
  orderId: string | null
  plan: Plan
  status: string
  entitled: boolean
  created: Date
  periodStart: Date
  periodEnd: Date
  /** When its latest invoice was written, and whether it is paid. */
  invoicedAt: Date
  paid: boolean
  /** Why the latest invoice was written: `subscription_create`, `subscription_cycle`, … */
  reason: string | null
  endsAt: Date | null
  engagedUntil: Date | null
}

/**
 * Makes a workspace's plan agree with a subscription as Stripe knows it now. A line has one
 * subscription: of two that run at once the older is cancelled, so nobody pays twice.
 */
export async function syncSubscription(stripe: Stripe, id: string): Promise<string> {
  const read = await readSubscription(stripe, id)
  if (typeof read === 'string') return read
  const { workspaceId, plan } = read
  const row = await db
    .from('wallet_subscriptions')
    .where({ workspace_id: workspaceId, line: plan.line })
    .first()
  const current = row?.stripe_subscription_id as string | null | undefined
  if (!read.entitled) {
    if (current === id) await endSubscription(read)
    return `subscription ${read.status}`
  }
  if (current && current !== id) {
    const other = await readSubscription(stripe, current)
    if (typeof other !== 'string' && other.entitled) {
      const newer = other.created > read.created
      await cancelDouble(stripe, newer ? id : current)
      if (newer) return 'double, cancelled'
    }
  }
  await applySubscription(read)
  return `subscription ${read.status}`
}

async function readSubscription(stripe: Stripe, id: string): Promise<PlanSubscription | string> {
  const sub = await stripe.subscriptions
    .retrieve(id, { expand: ['latest_invoice'] })
    .catch((error: unknown) => {
      if (isMissing(error)) return null
      throw error
    })
  if (!sub) return 'unknown subscription'
  const { workspaceId, orderId, engagementMonths } = sub.metadata
  const item = sub.items.data[0]
  const { line, plan } = item?.price.metadata ?? {}
  if (!item || !workspaceId || !UUID.test(workspaceId) || !line || !plan) {
    return 'not a subscription of ours'
  }
  const invoice = sub.latest_invoice as Stripe.Invoice | null
  const periodEnd = dateOf(item.current_period_end)
  const months = Number(engagementMonths ?? 1)
  const engagedUntil = dateOf(sub.start_date)
  engagedUntil.setUTCMonth(engagedUntil.getUTCMonth() + months)
  const entitled = ENTITLED.includes(sub.status)
  if (entitled && sub.default_payment_method) {
    await rememberCard(stripe, workspaceId, idOf(sub.default_payment_method))
  }
  return {
    id,
    workspaceId,
    orderId: orderId && UUID.test(orderId) ? orderId : null,
    plan: requirePlan(line, plan),
    status: sub.status,
    entitled,
    created: dateOf(sub.created),
    periodStart: dateOf(item.current_period_start),
    periodEnd,
    invoicedAt: dateOf(invoice?.created ?? sub.created),
    paid: invoice === null || invoice.status === 'paid',
    reason: invoice?.billing_reason ?? null,
    endsAt: sub.cancel_at ? dateOf(sub.cancel_at) : sub.cancel_at_period_end ? periodEnd : null,
    engagedUntil: months > 1 ? engagedUntil : null,
  }
}

async function cancelDouble(stripe: Stripe, id: string): Promise<void> {
  await stripe.subscriptions.cancel(
    id,
    { prorate: true, invoice_now: true },
    { idempotencyKey: `double:${id}` }
  )
}

function dateOf(seconds: number): Date {
  return new Date(seconds * 1000)
}
