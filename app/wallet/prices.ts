import { requestPrices } from '#config/prices'

/** Request classes from the cheapest to the dearest. */
export const REQUEST_CLASSES = ['simple', 'standard', 'complex', 'advanced'] as const
export type RequestClass = (typeof REQUEST_CLASSES)[number]

/**
 * Price of one request in micro-dollars. Only `advanced` depends on the size of the answer;
 * without `tokens` it is the lowest price of the class.
 */
export function priceOf(requestClass: RequestClass, tokens = 0): number {
  if (requestClass !== 'advanced') return requestPrices[requestClass].micros
  const price = requestPrices.advanced
  const beyond = Math.max(0, tokens - price.includedTokens)
  const steps = Math.ceil(beyond / price.stepTokens)
  return Math.min(price.micros + steps * price.stepMicros, price.maximumMicros)
}

/** The most that one request of the class can cost: the amount to hold before it runs. */
export function highestPriceOf(requestClass: RequestClass): number {
  return requestClass === 'advanced'
    ? requestPrices.advanced.maximumMicros
    : requestPrices[requestClass].micros
}
