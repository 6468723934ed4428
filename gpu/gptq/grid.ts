/** The integers that a weight may become, and how they are stored. */
export interface GridOptions {
  bits: 3 | 4 | 8
  symmetric: boolean
  /** Layout `gptq` stores `zero − 1`: a zero of 0 would borrow from its neighbour. */
  lowestZero: 0 | 1
  /** Searches the range with the smallest error instead of the full range. */
  mse: boolean
}

/** `w = scale · (code − zero)` per output row, one group of columns. */
export interface GroupGrid {
  /** Rounded to float16, as stored. */
  scale: Float32Array
  zero: Float32Array
}

/** Candidates of the range search: 1, 0.98 … 0.6 of the full range. */
const SHRINK_STEP = 0.02
const SHRINK_STEPS = 21

/** Largest group of values that float16 cannot tell from zero still gets a scale of its own. */
const SMALLEST_SCALE = 2 ** -24

/**
 * Scale and zero of one group for every output row.
 *
 * Symmetric: `scale = 2·max|w| / (2^bits − 1)`, `zero = 2^(bits−1)`. Asymmetric: the range always
 * contains 0, `scale = (max − min) / (2^bits − 1)`, `zero = round(−min / scale)`.
 *
 * @param columns one vector per column of the group, each with a value per output row
 * @param importance weight of each column's squared error in the range search
 */
export function groupGrid(
  columns: Float32Array[],
  importance: Float32Array,
  options: GridOptions
): GroupGrid {
  const rows = columns[0]!.length
  const low = new Float32Array(rows)
  const high = new Float32Array(rows)
  for (const column of columns) {
    for (let o = 0; o < rows; o++) {
      const value = column[o]!
      if (value < low[o]!) low[o] = value
      else if (value > high[o]!) high[o] = value
    }
  }
  const best = gridOfRange(low, high, 1, options)
  if (!options.mse) return best
  const errors = squaredErrors(columns, importance, best, options)
  for (let step = 1; step < SHRINK_STEPS; step++) {
    const candidate = gridOfRange(low, high, 1 - step * SHRINK_STEP, options)
    const found = squaredErrors(columns, importance, candidate, options)
    for (let o = 0; o < rows; o++) {
      if (found[o]! >= errors[o]!) continue
      errors[o] = found[o]!
      best.scale[o] = candidate.scale[o]!
      best.zero[o] = candidate.zero[o]!
    }
  }
  return best
}

function gridOfRange(
  low: Float32Array,
  high: Float32Array,
  shrink: number,
  options: GridOptions
): GroupGrid {
  const top = 2 ** options.bits - 1
  const scale = new Float32Array(low.length)
  const zero = new Float32Array(low.length)
  for (const [o, lowest] of low.entries()) {
    const range = options.symmetric
      ? 2 * Math.max(-lowest, high[o]!) * shrink
      : (high[o]! - lowest) * shrink
    scale[o] = range === 0 ? 1 : Math.f16round(range / top) || SMALLEST_SCALE
    zero[o] = options.symmetric
      ? 2 ** (options.bits - 1)
      : Math.min(top, Math.max(options.lowestZero, Math.round((-lowest * shrink) / scale[o]!)))
  }
  return { scale, zero }
}

function squaredErrors(
  columns: Float32Array[],
  importance: Float32Array,
  { scale, zero }: GroupGrid,
  { bits }: GridOptions
): Float32Array {
  const top = 2 ** bits - 1
  const errors = new Float32Array(scale.length)
  for (const [c, column] of columns.entries()) {
    const weight = importance[c]!
    for (const [o, value] of column.entries()) {
      const shifted = value / scale[o]! + zero[o]!
      const code = shifted <= 0 ? 0 : shifted >= top ? top : (shifted + 0.5) | 0
      const error = (shifted - code) * scale[o]!
      errors[o]! += weight * error * error
    }
  }
  return errors
}
