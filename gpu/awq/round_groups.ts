/**
 * Rounding to 4 bits in groups along the inputs, the way AWQ stores it: `w = (q − zero) · scale`
 * with q and zero from 0 to 15 (AutoAWQ `pseudo_quantize_tensor`, with the scale as stored in
 * float16).
 */
export interface RowGrid {
  scale: number
  zero: number
}

const TOP = 15
/** As in AutoAWQ; also keeps the scale inside float16. */
const SMALLEST_RANGE = 1e-5

/**
 * @param shrink share of the range that is kept
 */
export function gridOf(low: number, high: number, shrink: number, symmetric: boolean): RowGrid {
  if (symmetric) {
    const range = Math.max(SMALLEST_RANGE, 2 * Math.max(-low, high) * shrink)
    return { scale: Math.f16round(range / TOP), zero: 8 }
  }
  // AutoAWQ leaves 0 out of the range of a group without it, and then cuts its values off.
  const bottom = Math.min(0, low)
  const range = Math.max(SMALLEST_RANGE, (Math.max(0, high) - bottom) * shrink)
  const scale = Math.f16round(range / TOP)
  return { scale, zero: Math.min(TOP, Math.max(0, Math.round((-bottom * shrink) / scale))) }
}

export function codeOf(value: number, { scale, zero }: RowGrid): number {
  const shifted = value / scale + zero
  return shifted <= 0 ? 0 : shifted >= TOP ? TOP : (shifted + 0.5) | 0
}

/** Smallest and largest value of [from, to). */
export function rangeOf(values: Float32Array, from: number, to: number): [number, number] {
  let low = values[from]!
  let high = low
  for (let i = from + 1; i < to; i++) {
    const value = values[i]!
    if (value < low) low = value
    else if (value > high) high = value
  }
  return [low, high]
}

/** values − rounded values of every group of a row-major matrix, in a new one. */
export function roundingErrors(
  values: Float32Array,
  groupSize: number,
  symmetric: boolean
): Float32Array {
  const errors = new Float32Array(values.length)
  for (let from = 0; from < values.length; from += groupSize) {
    const to = from + groupSize
    const grid = gridOf(...rangeOf(values, from, to), 1, symmetric)
    for (let i = from; i < to; i++) {
      errors[i] = values[i]! - (codeOf(values[i]!, grid) - grid.zero) * grid.scale
    }
  }
  return errors
}
