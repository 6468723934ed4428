import type { OnnxTensor } from './model.js'
import type { Channels, Target } from './quantize_values.js'

/** One tensor of weights that becomes 8-bit. */
export interface WeightJob {
  tensor: OnnxTensor
  target: Target
  layout: Channels
  /** Matrices [rows, columns] stored with rows and columns exchanged, `batch` times. */
  transpose: { batch: number; rows: number; columns: number } | null
  /** Shape of the quantized tensor. */
  dims: number[]
  /** Shape of scale and zero point. */
  scaleDims: number[]
  /** Names of the three tensors in the new graph. */
  quantized: string
  scale: string
  zeroPoint: string
  /** The original must stay, because something needs it as it was. */
  keepOriginal: boolean
}

/** Jobs with the same key have the same ranges. */
export function rangeKey({ tensor, layout }: WeightJob): string {
  return `${tensor.name}\n${layout.channels}\n${layout.inner}`
}
