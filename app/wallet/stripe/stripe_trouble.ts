import Stripe from 'stripe'

/**
 * What a person can be told when Stripe does not do what was asked. `unreachable` means that
 * nobody knows whether it was done: the same idempotency key finds out.
 */
export type StripeTrouble = 'unreachable' | 'card_refused' | 'needs_confirmation' | 'misconfigured'

/** Null for mistakes of ours, which are thrown on. */
export function stripeTrouble(error: unknown): StripeTrouble | null {
  const { errors } = Stripe
  if (error instanceof errors.StripeCardError) {
    return error.code === 'authentication_required' ? 'needs_confirmation' : 'card_refused'
  }
  if (
    error instanceof errors.StripeConnectionError ||
    error instanceof errors.StripeRateLimitError ||
    error instanceof errors.StripeAPIError
  ) {
    return 'unreachable'
  }
  if (
    error instanceof errors.StripeAuthenticationError ||
    error instanceof errors.StripePermissionError
  ) {
    return 'misconfigured'
  }
  return null
}

/** An object that Stripe does not know (any more). */
export function isMissing(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 404
}
