import type { Note } from '../protocol.js'
import { matrix } from '../linalg/gemm.js'
import type { Int4Job } from './int4_job.js'
import type { Layer } from './layers.js'
import type { InputStatistics, Statistics } from './statistics.js'

/** What the calibration hands over per weight of the GGUF file. */
export interface WeightStatistics {
  name: string
  columns: number
  /** Experts stacked in the weight; 1 for a plain one. */
  matrices: number
  /** Rows seen, per matrix. */
  rows: number[]
  absolutes?: Float32Array
  hessian?: Float32Array
}

/** Statistics of some layers of the model. */
export interface CalibrationPart {
  weights: Map<string, WeightStatistics>
  text: { source: 'bundled' | 'given'; sha256: string }
  samples: number
  tokens: number
  notes: Note[]
}

/** Yields statistics for the given layers, some layers at a time. */
export type CalibrateLayers = (
  job: Int4Job,
  pending: readonly Layer[]
) => AsyncIterable<CalibrationPart>

/** The names whose inputs are wanted, as a pattern. */
export function inputPattern(layers: readonly Layer[]): string {
  const names = new Set(layers.flatMap((layer) => layer.linears.map((linear) => linear.input)))
  return `^(${[...names].map((name) => name.replaceAll('.', '\\.')).join('|')})$`
}

/** Whether a part has something on a layer. */
export function covers(part: CalibrationPart, layer: Layer): boolean {
  return layer.linears.some((linear) => part.weights.has(linear.input))
}

export class PartStatistics implements Statistics {
  constructor(private readonly part: CalibrationPart | null) {}

  async of(input: string, expert: number | null): Promise<InputStatistics | null> {
    const found = this.part?.weights.get(input)
    if (!found?.hessian) return null
    const n = found.columns
    const at = expert ?? 0
    const tokens = found.rows[at] ?? 0
    if (tokens === 0) return null
    const hessian = matrix(found.hessian.subarray(at * n * n, (at + 1) * n * n), n, n)
    const absolutes = found.absolutes?.subarray(at * n, (at + 1) * n) ?? new Float32Array(n)
    return { hessian, tokens, meanAbs: Float32Array.from(absolutes, (sum) => sum / tokens) }
  }
}
