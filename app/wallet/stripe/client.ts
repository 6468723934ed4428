import Stripe from 'stripe'
import env from '#start/env'

/** The version that every request and the webhook endpoint speak. */
export const STRIPE_API_VERSION = '2026-10-28.endive'

let client: { stripe: Stripe; key: string; base: string } | null = null

/** The payment provider, or null under manual billing (no `STRIPE_SECRET_KEY`). */
export function stripeClient(): Stripe | null {
  const key = env.get('STRIPE_SECRET_KEY')
  if (!key) return null
  const base = env.get('STRIPE_API_BASE') ?? 'https://api.stripe.com'
  if (client?.key !== key || client.base !== base) {
    const { protocol, hostname, port } = new URL(base)
    const stripe = new Stripe(key, {
      apiVersion: STRIPE_API_VERSION,
      protocol: protocol === 'http:' ? 'http' : 'https',
      host: hostname,
      ...(port ? { port } : {}),
      // Safe to repeat: every write below carries an idempotency key of ours.
      maxNetworkRetries: 1,
      timeout: 15_000,
      telemetry: false,
    })
    client = { stripe, key, base }
  }
  return client.stripe
}

export function stripeIsOn(): boolean {
  return Boolean(env.get('STRIPE_SECRET_KEY'))
}

/** For code that only runs once Stripe has been in play. */
export function requireStripe(): Stripe {
  const stripe = stripeClient()
  if (!stripe) throw new Error('STRIPE_SECRET_KEY is not set')
  return stripe
}
