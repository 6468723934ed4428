import type { Matrix } from '../linalg/gemm.js'

/** What a calibration pass learned about the inputs of a linear layer. */
export interface InputStatistics {
  /** H = Σ x·xᵀ over the tokens, in memory that threads share. */
  hessian: Matrix
  /** Mean of |x| per channel. */
  meanAbs: Float32Array
  tokens: number
}

export interface Statistics {
  /** null: nothing was seen there, e.g. an expert that no token was sent to. */
  of(input: string, expert: number | null): Promise<InputStatistics | null>
}

/**
 * Below this many tokens a Hessian says too little: an expert that hardly any token was sent to
 * is rounded to nearest instead.
 */
export const FEWEST_TOKENS = 64

export function isFinite(statistics: InputStatistics): boolean {
  const { data, rows } = statistics.hessian
  for (let i = 0; i < rows; i++) if (!Number.isFinite(data[i * rows + i]!)) return false
  return true
}
