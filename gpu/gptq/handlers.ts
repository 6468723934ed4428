import { availableParallelism } from 'node:os'
import { cholesky, NotPositiveDefinite, panelWidth, type Factor } from '../linalg/cholesky.js'
import { Gemm, matrix, type Matrix } from '../linalg/gemm.js'
import type { WorkerEnv } from '../linalg/worker_pool.js'
import { floatRows, transpose, type WeightBytes } from '../int4/weight_rows.js'
import { packSlice, type GptqTensors } from './pack.js'
import { solveSlice, type SliceProblem } from './solve_slice.js'

export interface FactorizeOrder {
  hessian: Matrix
  /** Columns in the order of rounding. */
  columns: Uint32Array
  /** Added to the diagonal. */
  damp: number
}

export interface SolveOrder extends Omit<SliceProblem, 'weights'> {
  weight: WeightBytes
  first: number
  end: number
  /** Columns without any input: their weights become zero. */
  dead: Uint32Array
  into: GptqTensors
  storedZero: 0 | 1
}

export interface SliceReport {
  loss: number
  squaredError: number
  squaredNorm: number
  /** False when a weight of the slice is NaN or infinite. */
  finite: boolean
}

const gemm = new Gemm()
let wideGemm: Gemm | undefined

/** The parts of GPTQ that run in worker threads. */
export const gptqHandlers = {
  /** The factor of the Hessian, or null when it is not positive definite. */
  async factorize(order: FactorizeOrder, env: WorkerEnv): Promise<Factor | null> {
    wideGemm ??= new Gemm(availableParallelism())
    try {
      const reversed = order.columns.slice().reverse()
      return await cholesky(wideGemm, order.hessian, reversed, order.damp, env.checkpoint)
    } catch (error) {
      if (error instanceof NotPositiveDefinite) return null
      throw error
    }
  },

  /** Rounds some output rows of a weight and packs them into the layer's tensors. */
  async solve(order: SolveOrder, env: WorkerEnv): Promise<SliceReport> {
    const { weight, first, end, into, storedZero } = order
    const { inputs, outputs } = weight
    const rows = end - first
    const values = transpose(floatRows(weight, first, end), rows, inputs)
    for (const column of order.dead) values.fill(0, column * rows, (column + 1) * rows)
    const width = panelWidth(inputs)
    const solution = await solveSlice(
      gemm,
      {
        ...order,
        weights: matrix(values, inputs, rows),
        fixedGroups: order.fixedGroups || order.groupSize > width || width % order.groupSize !== 0,
      },
      env.checkpoint
    )
    packSlice(solution, into, { first, rows, inputs, outputs }, order.bits, storedZero)
    const { loss, squaredError, squaredNorm } = solution
    return { loss, squaredError, squaredNorm, finite: Number.isFinite(squaredNorm) }
  },
}
