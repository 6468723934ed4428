import type { TensorSource } from '../formats/tensor_source.js'
import type { OutgoingTensor } from '../formats/safetensors/write_safetensors.js'
import type { Workers } from '../linalg/worker_pool.js'
import type { TensorOutcome } from '../protocol.js'
import type { Int4Handlers } from './handlers.js'
import type { Linear } from './layers.js'
import { bytesOf, shareBytes, type WeightBytes } from './weight_rows.js'

/** What the solvers of a layer work with. */
export interface Int4Context {
  source: TensorSource
  pool: Workers<Int4Handlers>
}

/** What became of some linears. */
export interface Solved {
  tensors: OutgoingTensor[]
  outcomes: TensorOutcome[]
}

export async function readWeight(source: TensorSource, linear: Linear): Promise<WeightBytes> {
  const name = `${linear.module}.weight`
  return {
    bytes: shareBytes(await source.read(name)),
    dtype: source.tensors.get(name)!.dtype,
    outputs: linear.outputs,
    inputs: linear.inputs,
  }
}

/** Slices of output rows for the workers: even, in whole words, small enough to stop quickly. */
export function slices(outputs: number, workers: number): { first: number; end: number }[] {
  const rows = Math.min(1024, Math.ceil(outputs / workers / 32) * 32)
  return Array.from({ length: Math.ceil(outputs / rows) }, (_, i) => {
    return { first: i * rows, end: Math.min(outputs, (i + 1) * rows) }
  })
}

/** A tensor whose bytes are at hand. */
export function outgoing(
  name: string,
  dtype: string,
  shape: number[],
  data: ArrayBufferView
): OutgoingTensor {
  // Files are written from memory that is not shared.
  return { name, dtype, shape, data: async () => bytesOf(data).slice() }
}
