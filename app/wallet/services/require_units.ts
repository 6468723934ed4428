import { E_INVALID_AMOUNT } from '#app/wallet/errors'

/** Refuses what is no whole number of units, or below the least that makes sense. */
export function requireUnits(amount: number, minimum: number): void {
  if (!Number.isSafeInteger(amount) || amount < minimum) {
    throw new E_INVALID_AMOUNT([String(amount)])
  }
}
