import env from '#start/env'

/** Pages to which a form may lead: Stripe's own, or the server that stands in for it in tests. */
export function stripePages(): string[] {
  const base = env.get('STRIPE_API_BASE')
  if (base) return [new URL(base).origin]
  return env.get('STRIPE_SECRET_KEY')
    ? ['https://checkout.stripe.com', 'https://billing.stripe.com', 'https://invoice.stripe.com']
    : []
}
