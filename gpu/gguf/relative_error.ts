/** How far quantized weights are from the original ones, on a sample of the rows. */
import type { GgmlTypeName } from '../llama/ggml_types.js'
import { rowBytes } from '../llama/ggml_types.js'
import { dequantizeRowsAsync } from '../llama/quantize_rows.js'

/** Weights that are compared per tensor: the error of 4 million is known to three digits. */
const SAMPLED_ELEMENTS = 1 << 22

/** Sums over slices of one tensor: √(Σ(w−q)²/Σw²). */
export class RelativeError {
  private difference = 0
  private total = 0
  private readonly share: number

  constructor(
    private readonly type: GgmlTypeName,
    elements: number
  ) {
    this.share = Math.min(1, SAMPLED_ELEMENTS / elements)
  }

  /** Compares the first rows of a slice. */
  async add(values: Float32Array, bytes: Uint8Array, rowElements: number, signal?: AbortSignal) {
    if (this.type === 'F32') return
    const rows = Math.ceil((values.length / rowElements) * this.share)
    const sample = bytes.subarray(0, rows * rowBytes(this.type, rowElements))
    const restored = await dequantizeRowsAsync(this.type, sample, rowElements, { signal })
    let [difference, total] = [0, 0]
    // eslint-disable-next-line @unicorn/no-for-loop -- an iterator takes twenty times as long
    for (let i = 0; i < restored.length; i++) {
      const value = values[i]!
      const distance = value - restored[i]!
      difference += distance * distance
      total += value * value
    }
    this.difference += difference
    this.total += total
  }

  get value(): number {
    return this.total === 0 ? 0 : Math.sqrt(this.difference / this.total)
  }
}
