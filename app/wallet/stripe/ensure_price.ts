import type Stripe from 'stripe'
import type { Plan } from '#app/wallet/services/plan_book'
import { vatOnNet } from '#app/wallet/billing/vat'
import { isMissing } from '#app/wallet/stripe/stripe_trouble'

/** What a plan is called on Stripe's pages and invoices. */
export function planTitle(plan: Pick<Plan, 'line' | 'id'>): string {
  const word = (text: string) => text[0]!.toUpperCase() + text.slice(1).replaceAll('_', ' ')
  return `${word(plan.line)}: ${word(plan.id)}`
}

/** Cents of one period of a plan with VAT, and how long that period is. */
export function planPeriod(plan: Plan, vatBasisPoints: number) {
  const interval = plan.yearlyCents ? ('year' as const) : ('month' as const)
  const net = plan.yearlyCents ?? plan.priceCents ?? 0
  return { interval, grossCents: net + vatOnNet(net, vatBasisPoints) }
}

/**
 * The recurring price of a plan at the customer's VAT rate. One product per plan; a price per
 * amount, found by its lookup key and told apart by its metadata, which is how a subscription
 * names its plan.
 */
export async function ensurePrice(
  stripe: Stripe,
  plan: Plan,
  vatBasisPoints: number
): Promise<string> {
  const { interval, grossCents } = planPeriod(plan, vatBasisPoints)
  const lookupKey = `comptoir:${plan.line}:${plan.id}:${interval}:${plan.currency}:${grossCents}`
  const known = await stripe.prices.list({ lookup_keys: [lookupKey], active: true, limit: 1 })
  if (known.data[0]) return known.data[0].id
  const product = await ensureProduct(stripe, plan)
  const price = await stripe.prices.create(
    {
      product,
      currency: plan.currency.toLowerCase(),
      unit_amount: grossCents,
      recurring: { interval },
      tax_behavior: 'inclusive',
      lookup_key: lookupKey,
      metadata: { line: plan.line, plan: plan.id, vatBasisPoints: String(vatBasisPoints) },
    },
    { idempotencyKey: `price:${lookupKey}` }
  )
  return price.id
}

async function ensureProduct(stripe: Stripe, plan: Plan): Promise<string> {
  const id = `comptoir_${plan.line}_${plan.id}`
  try {
    const known = await stripe.products.retrieve(id)
    return known.id
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  const product = await stripe.products.create(
    { id, name: planTitle(plan) },
    { idempotencyKey: `product:${id}` }
  )
  return product.id
}
