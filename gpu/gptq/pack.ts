import { packAlongRows, packList } from '../int4/pack_bits.js'
import type { SliceSolution } from './solve_slice.js'

/** The tensors of one quantized linear layer, in memory that threads share. */
export interface GptqTensors {
  /** [in · bits / 32, out] */
  qweight: Uint32Array
  /** [groups, out · bits / 32] */
  qzeros: Uint32Array
  /** float16, [groups, out] */
  scales: Uint16Array
}

/** Outputs of one slice are a multiple of this, so that slices never share a word of zeros. */
export const SLICE_UNIT = 32

export function gptqTensors(shape: {
  inputs: number
  outputs: number
  groups: number
  bits: number
}): GptqTensors {
  const { inputs, outputs, groups, bits } = shape
  const words = (count: number) => new Uint32Array(new SharedArrayBuffer(count * 4))
  return {
    qweight: words(((inputs * bits) / 32) * outputs),
    qzeros: words((groups * outputs * bits) / 32),
    scales: new Uint16Array(new SharedArrayBuffer(groups * outputs * 2)),
  }
}

/**
 * Writes a solved slice into the layer's tensors.
 *
 * @param first first output row of the slice
 * @param storedZero what is taken off a zero before it is stored: 1 in layout `gptq`, 0 in
 *   `gptq_v2`
 */
export function packSlice(
  solution: SliceSolution,
  into: GptqTensors,
  where: { first: number; rows: number; inputs: number; outputs: number },
  bits: number,
  storedZero: 0 | 1
): void {
  const { first, rows, inputs, outputs } = where
  packAlongRows(solution.codes, inputs, rows, bits, into.qweight, outputs, first)
  const zeroWords = (outputs * bits) / 32
  for (const [group, { scale, zero }] of solution.grids.entries()) {
    const halves = new Uint16Array(Float16Array.from(scale).buffer)
    into.scales.set(halves, group * outputs + first)
    const stored = Uint8Array.from(zero, (value) => value - storedZero)
    into.qzeros.set(packList(stored, bits), group * zeroWords + (first * bits) / 32)
  }
}
