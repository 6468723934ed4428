import { matrix, type Gemm, type Matrix } from '../linalg/gemm.js'
import { codeOf, gridOf, rangeOf } from './round_groups.js'

/** As in AutoAWQ: 1, 0.95 … 0.55 of the range. */
const STEPS = 10
const STEP = 0.05

/**
 * AWQ's clipping search for one group of columns: for every output row the share of the range
 * whose rounding error does least harm to the output. AutoAWQ measures it on sampled tokens,
 * mean (x·Wq − x·W)²; here it is the same sum over all tokens, e·H·eᵀ with the group's block of
 * H = XᵀX.
 *
 * @param weights scaled weights, [rows × inputs]
 */
export async function findShrinks(
  gemm: Gemm,
  weights: Matrix,
  group: number,
  options: {
    groupSize: number
    symmetric: boolean
    hessian: Matrix | null
    inputScale: Float32Array | null
  }
): Promise<Float32Array> {
  const { groupSize, symmetric } = options
  const { rows, columns: n } = weights
  const block = hessianBlock(options.hessian!, group * groupSize, groupSize, options.inputScale)
  const best = new Float32Array(rows).fill(1)
  const lowest = new Float64Array(rows).fill(Infinity)
  const errors = matrix(new Float32Array(rows * groupSize), rows, groupSize)
  const product = matrix(new Float32Array(rows * groupSize), rows, groupSize)
  const ranges = Array.from({ length: rows }, (_, row) => {
    const from = row * n + group * groupSize
    return rangeOf(weights.data, from, from + groupSize)
  })
  for (let step = 0; step < STEPS; step++) {
    const shrink = 1 - step * STEP
    for (const [row, range] of ranges.entries()) {
      const grid = gridOf(...range, shrink, symmetric)
      const from = row * n + group * groupSize
      for (let i = 0; i < groupSize; i++) {
        const value = weights.data[from + i]!
        errors.data[row * groupSize + i] = value - (codeOf(value, grid) - grid.zero) * grid.scale
      }
    }
    await gemm.ab(errors, block, product)
    for (let row = 0, at = 0; row < rows; row++) {
      let harm = 0
      for (let i = 0; i < groupSize; i++, at++) harm += errors.data[at]! * product.data[at]!
      if (harm < lowest[row]!) {
        lowest[row] = harm
        best[row] = shrink
      }
    }
  }
  return best
}

/** The block of XᵀX for inputs that were divided by their scale. */
function hessianBlock(
  hessian: Matrix,
  first: number,
  size: number,
  scale: Float32Array | null
): Matrix {
  const data = new Float32Array(size * size)
  for (let i = 0, at = 0; i < size; i++) {
    const row = (first + i) * hessian.columns + first
    for (let j = 0; j < size; j++, at++) {
      const divisor = scale ? scale[first + i]! * scale[first + j]! : 1
      data[at] = hessian.data[row + j]! / divisor
    }
  }
  return matrix(data, size, size)
}
