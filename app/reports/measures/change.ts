const Z_95 = 1.959963984540054

/** A count beside the same count one week earlier. */
export interface Change {
  difference: number
  /** Relative change, 0.25 for a quarter more; null when the earlier count was zero. */
  relative: number | null
  /** The two counts differ by more than chance explains at 95 %. */
  isNotable: boolean
}

/**
 * Compares two weekly counts. Counts of independent visits scatter like a Poisson variable;
 * Anscombe's square root makes their spread constant (F. J. Anscombe, 1948), so that the
 * difference can be held against the normal distribution even when the counts are small.
 */
export function changeBetween(now: number, before: number): Change {
  const distance = Math.abs(anscombe(now) - anscombe(before)) / Math.SQRT2
  return {
    difference: now - before,
    relative: before === 0 ? null : (now - before) / before,
    isNotable: distance > Z_95,
  }
}

function anscombe(count: number): number {
  return 2 * Math.sqrt(Math.max(0, count) + 3 / 8)
}
