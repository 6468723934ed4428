import { Gemm, matrix, type Matrix } from '../linalg/gemm.js'
import type { WorkerEnv } from '../linalg/worker_pool.js'
import { floatRows, type WeightBytes } from '../int4/weight_rows.js'
import { findShrinks } from './find_shrinks.js'
import { packOutputs, type AwqTensors } from './pack.js'
import { codeOf, gridOf, rangeOf, roundingErrors } from './round_groups.js'

export interface MeansOrder {
  weight: WeightBytes
  first: number
  end: number
  groupSize: number
}

export interface LossesOrder {
  weight: WeightBytes
  /** Output rows on which the candidates are tried. */
  rows: Uint32Array
  hessian: Matrix
  /** Factors of the inputs, one vector per candidate. */
  candidates: Float32Array[]
  groupSize: number
  symmetric: boolean
}

export interface RoundOrder {
  weight: WeightBytes
  first: number
  end: number
  /** Factor of every input column. */
  inputScale: Float32Array | null
  /** Divisor of every output row. */
  outputDivisor: Float32Array | null
  /** Of the unscaled inputs; null rounds without looking for ranges. */
  hessian: Matrix | null
  clip: boolean
  groupSize: number
  symmetric: boolean
  into: AwqTensors
}

const gemm = new Gemm()

/** The parts of AWQ that run in worker threads. */
export const awqHandlers = {
  /** Σ over rows of |w| / (largest |w| of its group), per input column. */
  async weightMeans({ weight, first, end, groupSize }: MeansOrder, env: WorkerEnv) {
    const n = weight.inputs
    const sums = new Float64Array(n)
    for (let row = first; row < end; row++) {
      if (row % 256 === 0) env.checkpoint()
      const values = floatRows(weight, row, row + 1)
      for (let from = 0; from < n; from += groupSize) {
        const [low, high] = rangeOf(values, from, from + groupSize)
        const largest = Math.max(-low, high) + 1e-6
        for (let i = from; i < from + groupSize; i++) sums[i]! += Math.abs(values[i]!) / largest
      }
    }
    return sums
  },

  /** tr(E·H·Eᵀ) of the rounding error E that each candidate leaves on the given rows. */
  async losses(order: LossesOrder, env: WorkerEnv): Promise<number[]> {
    const { weight, rows, hessian, groupSize, symmetric } = order
    const n = weight.inputs
    const original = new Float32Array(rows.length * n)
    rows.forEach((row, i) => original.set(floatRows(weight, row, row + 1), i * n))
    const losses: number[] = []
    const product = matrix(new Float32Array(original.length), rows.length, n)
    for (const scale of order.candidates) {
      env.checkpoint()
      const scaled = original.slice()
      multiplyColumns(scaled, scale)
      const errors = roundingErrors(scaled, groupSize, symmetric)
      multiplyColumns(
        errors,
        scale.map((factor) => 1 / factor)
      )
      await gemm.ab(matrix(errors, rows.length, n), hessian, product)
      losses.push(dot(errors, product.data))
    }
    return losses
  },

  /** Scales, clips, rounds and packs some output rows. */
  async round(order: RoundOrder, env: WorkerEnv) {
    const { weight, first, end, groupSize, symmetric, hessian, inputScale, into } = order
    const { inputs: n, outputs } = weight
    const rows = end - first
    const values = floatRows(weight, first, end)
    if (inputScale) multiplyColumns(values, inputScale)
    if (order.outputDivisor) divideRows(values, order.outputDivisor.subarray(first, end))
    const groups = n / groupSize
    const codes = new Uint8Array(values.length)
    const zeros = new Uint8Array(rows * groups)
    const errors = new Float32Array(values.length)
    let squaredError = 0
    let squaredNorm = 0
    for (let group = 0; group < groups; group++) {
      env.checkpoint()
      const shrinks =
        order.clip && hessian
          ? await findShrinks(gemm, matrix(values, rows, n), group, order)
          : new Float32Array(rows).fill(1)
      for (let row = 0; row < rows; row++) {
        const from = row * n + group * groupSize
        const to = from + groupSize
        const grid = gridOf(...rangeOf(values, from, to), shrinks[row]!, symmetric)
        for (let i = from; i < to; i++) {
          const code = codeOf(values[i]!, grid)
          const error = values[i]! - (code - grid.zero) * grid.scale
          codes[i] = code
          errors[i] = error
          squaredError += error * error
          squaredNorm += values[i]! * values[i]!
        }
        zeros[row * groups + group] = grid.zero
        into.scales[group * outputs + first + row] = halfBits(grid.scale)
      }
    }
    packOutputs(codes, n, into.qweight, outputs, first)
    packOutputs(zeros, groups, into.qzeros, outputs, first)
    const loss = hessian ? await outputError(errors, rows, hessian, inputScale) : 0
    return { loss, squaredError, squaredNorm, finite: Number.isFinite(squaredNorm) }
  },
}

/** Rows of a slice on which its output error is measured; the rest is taken to be alike. */
const MEASURED_ROWS = 64

/** tr(E·H·Eᵀ) of a slice. */
async function outputError(
  errors: Float32Array,
  rows: number,
  hessian: Matrix,
  inputScale: Float32Array | null
): Promise<number> {
  const n = hessian.rows
  const count = Math.min(rows, MEASURED_ROWS)
  const sample = new Float32Array(count * n)
  for (let i = 0; i < count; i++) {
    const row = Math.floor((i * rows) / count)
    sample.set(errors.subarray(row * n, (row + 1) * n), i * n)
  }
  // Errors of scaled weights meet inputs that were divided by the scale.
  if (inputScale)
    multiplyColumns(
      sample,
      inputScale.map((factor) => 1 / factor)
    )
  const product = matrix(new Float32Array(sample.length), count, n)
  await gemm.ab(matrix(sample, count, n), hessian, product)
  return (dot(sample, product.data) * rows) / count
}

function multiplyColumns(values: Float32Array, factors: Float32Array): void {
  for (let at = 0; at < values.length; at += factors.length) {
    for (let i = 0; i < factors.length; i++) values[at + i]! *= factors[i]!
  }
}

function divideRows(values: Float32Array, divisors: Float32Array): void {
  const n = values.length / divisors.length
  for (const [row, divisor] of divisors.entries()) {
    for (let i = row * n; i < (row + 1) * n; i++) values[i]! /= divisor
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

const half = new Float16Array(1)
const halfWord = new Uint16Array(half.buffer)
function halfBits(value: number): number {
  half[0] = value
  return halfWord[0]!
}
