import type Stripe from 'stripe'
import { Workspace } from '#accounts'
import { readCustomer, saveCustomer } from '#app/wallet/billing/customer'

/**
 * The Stripe customer of a workspace, made at its first purchase. The idempotency key names the
 * workspace, so two first purchases at the same time share one customer.
 */
export async function ensureStripeCustomer(stripe: Stripe, workspaceId: string): Promise<string> {
  const { stripeCustomerId, profile } = await readCustomer(workspaceId)
  if (stripeCustomerId) return stripeCustomerId
  const workspace = await Workspace.findOrFail(workspaceId)
  const customer = await stripe.customers.create(
    {
      name: profile.name ?? workspace.name,
      ...(profile.email ? { email: profile.email } : {}),
      preferred_locales: [workspace.locale],
      metadata: { workspaceId },
    },
    { idempotencyKey: `customer:${workspaceId}` }
  )
  await saveCustomer(workspaceId, { stripe_customer_id: customer.id })
  return customer.id
}
