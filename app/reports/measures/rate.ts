/** Two-sided 95 % quantile of the standard normal distribution. */
const Z_95 = 1.959963984540054

/**
 * Below this many cases a rate says more about chance than about the business: at 20 cases the
 * 95 % interval of a rate of one half still spans about 40 points.
 */
export const MIN_CASES_FOR_RATE = 20

/** A share with the range that 95 of 100 such measurements would call plausible. */
export interface Rate {
  count: number
  of: number
  /** 0 to 1; null without any case. */
  value: number | null
  low: number | null
  high: number | null
  /** Fewer than MIN_CASES_FOR_RATE cases: shown, but marked as too few to mean anything. */
  tooFew: boolean
}

/**
 * Wilson score interval (E. B. Wilson, 1927): stays inside 0..1 and behaves at small counts,
 * where the usual ± formula does not.
 *
 * @throws RangeError when `count` is not between 0 and `of`
 */
export function rate(count: number, of: number): Rate {
  if (count < 0 || count > of) throw new RangeError(`${count} is not between 0 and ${of}`)
  const tooFew = of < MIN_CASES_FOR_RATE
  if (of === 0) return { count, of, value: null, low: null, high: null, tooFew }

  const share = count / of
  const z2 = Z_95 ** 2
  const centre = (share + z2 / (2 * of)) / (1 + z2 / of)
  const half = (Z_95 / (1 + z2 / of)) * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of * of))
  return {
    count,
    of,
    value: share,
    low: count === 0 ? 0 : Math.max(0, centre - half),
    high: count === of ? 1 : Math.min(1, centre + half),
    tooFew,
  }
}
