import { SeededRandom } from '#shared/random'

/** With fewer won deals the range is set by one or two of them and would pretend knowledge. */
export const MIN_DEALS_FOR_INTERVAL = 8

const DRAWS = 2000

export interface RevenueInterval {
  lowCents: number
  highCents: number
  /** Number of deals that the range rests on. */
  deals: number
}

/**
 * Range of a week's revenue that the same business could have had by luck alone, at 95 %.
 * Poisson bootstrap: both how many deals close and how large they are is left to chance, by
 * giving each deal a weight drawn from Poisson(1) and reading the 2.5 % and 97.5 % quantiles
 * of 2,000 weighted sums. The draws start from a fixed seed: the same deals always print the
 * same range.
 *
 * @returns null with fewer than MIN_DEALS_FOR_INTERVAL deals
 */
export function revenueInterval(amountsCents: number[]): RevenueInterval | null {
  if (amountsCents.length < MIN_DEALS_FOR_INTERVAL) return null
  const random = new SeededRandom(0x5eed)
  const sums = new Float64Array(DRAWS)
  for (let draw = 0; draw < DRAWS; draw++) {
    let sum = 0
    for (const amount of amountsCents) sum += amount * random.poisson(1)
    sums[draw] = sum
  }
  sums.sort()
  return {
    lowCents: Math.round(quantile(sums, 0.025)),
    highCents: Math.round(quantile(sums, 0.975)),
    deals: amountsCents.length,
  }
}

/** Linear interpolation between order statistics (type 7, the usual default). */
function quantile(sorted: Float64Array, q: number): number {
  const position = (sorted.length - 1) * q
  const below = Math.floor(position)
  const low = sorted[below] ?? 0
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low
  return low + (high - low) * (position - below)
}
