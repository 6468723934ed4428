import type Stripe from 'stripe'
import db from '@adonisjs/lucid/services/db'
import type { Result } from '#shared/result'
import { vatOfWorkspace } from '#app/wallet/billing/customer'
import { requirePlan, type Plan } from '#app/wallet/services/plan_book'
import { ensurePrice } from '#app/wallet/stripe/ensure_price'
import { syncSubscription } from '#app/wallet/stripe/sync/sync_subscription'
import { stripeTrouble } from '#app/wallet/stripe/stripe_trouble'

export interface RunningSubscription {
  stripe_subscription_id: string
  plan: string
  next_plan: string | null
  engaged_until: Date | null
  ends_at: Date | null
}

export type ChangeSubscriptionResult = Result<
  | { outcome: 'changed' | 'resumed' }
  | { outcome: 'later' | 'ends'; at: Date }
  | { outcome: 'redirect'; url: string },
  { reason: 'engaged'; until: Date } | { reason: 'unreachable' | 'misconfigured' | 'card_refused' }
>

/** The subscription that Stripe runs for a line now, if any. */
export async function runningSubscription(
  workspaceId: string,
  line: string
): Promise<RunningSubscription | null> {
  const row = await db
    .from('wallet_subscriptions')
    .where({ workspace_id: workspaceId, line })
    .whereIn('stripe_status', ['active', 'trialing', 'past_due'])
    .whereNotNull('stripe_subscription_id')
    .first()
  return (row as RunningSubscription | null) ?? null
}

/**
 * Changes a running plan in one click. Dearer: at once, the rest of the month is charged and its
 * part of the credit added. Cheaper or free: from the next month, nothing is taken away. A long
 * commitment can grow, and ends when it ends.
 */
export async function changeSubscription(
  stripe: Stripe,
  workspaceId: string,
  running: RunningSubscription,
  target: Plan
): Promise<ChangeSubscriptionResult> {
  const id = running.stripe_subscription_id
  const current = requirePlan(target.line, running.plan)
  const [to, from] = [target.priceCents ?? 0, current.priceCents ?? 0]
  const engaged = running.engaged_until && running.engaged_until > new Date()
  try {
    if (target.id === current.id) {
      await stripe.subscriptions.update(id, { cancel_at_period_end: false })
      if (running.next_plan) await setPrice(stripe, workspaceId, id, current, 'none')
      await syncSubscription(stripe, id)
      return { ok: true, outcome: 'resumed' }
    }
    if (to === 0) return await end(stripe, id, engaged ? running.engaged_until : null)
    if (to < from) {
      if (engaged) return { ok: false, reason: 'engaged', until: running.engaged_until! }
      const sub = await setPrice(stripe, workspaceId, id, target, 'none')
      await syncSubscription(stripe, id)
      return { ok: true, outcome: 'later', at: periodEndOf(sub) }
    }
    const sub = await setPrice(stripe, workspaceId, id, target, 'always_invoice')
    await syncSubscription(stripe, id)
    const invoice = sub.latest_invoice as Stripe.Invoice | null
    return sub.pending_update && invoice?.hosted_invoice_url
      ? { ok: true, outcome: 'redirect', url: invoice.hosted_invoice_url }
      : { ok: true, outcome: 'changed' }
  } catch (error) {
    const trouble = stripeTrouble(error)
    if (!trouble) throw error
    return { ok: false, reason: trouble === 'needs_confirmation' ? 'card_refused' : trouble }
  }
}

async function end(
  stripe: Stripe,
  id: string,
  engagedUntil: Date | null
): Promise<ChangeSubscriptionResult> {
  const sub = await stripe.subscriptions.update(
    id,
    engagedUntil
      ? { cancel_at: Math.floor(engagedUntil.getTime() / 1000) }
      : { cancel_at_period_end: true }
  )
  await syncSubscription(stripe, id)
  return { ok: true, outcome: 'ends', at: engagedUntil ?? periodEndOf(sub) }
}

/** The new price counts once its prorated invoice is paid; until then the old one stands. */
async function setPrice(
  stripe: Stripe,
  workspaceId: string,
  id: string,
  plan: Plan,
  proration: 'none' | 'always_invoice'
): Promise<Stripe.Subscription> {
  const vat = await vatOfWorkspace(workspaceId, new Date())
  const price = await ensurePrice(stripe, plan, vat.basisPoints)
  const sub = await stripe.subscriptions.retrieve(id)
  return stripe.subscriptions.update(id, {
    items: [{ id: sub.items.data[0]!.id, price }],
    proration_behavior: proration,
    ...(proration === 'always_invoice'
      ? { payment_behavior: 'pending_if_incomplete' as const }
      : {}),
    expand: ['latest_invoice'],
  })
}

function periodEndOf(sub: Stripe.Subscription): Date {
  return new Date(sub.items.data[0]!.current_period_end * 1000)
}
