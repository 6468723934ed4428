/** Half-precision floats to float32 and back at native speed, rounding to nearest even. */
import { openLlama } from './library.js'

/** Bit patterns of IEEE half precision (or bfloat16) as float32. */
export function toFloat32(from: Uint16Array, type: 'F16' | 'BF16'): Float32Array {
  const { native } = openLlama()
  const to = new Float32Array(from.length)
  const convert = type === 'F16' ? native.ggml_fp16_to_fp32_row : native.ggml_bf16_to_fp32_row
  convert(from, to, from.length)
  return to
}

/** Float32 as bit patterns of half precision (or bfloat16). */
export function fromFloat32(from: Float32Array, type: 'F16' | 'BF16'): Uint16Array {
  const { native } = openLlama()
  const to = new Uint16Array(from.length)
  const convert = type === 'F16' ? native.ggml_fp32_to_fp16_row : native.ggml_fp32_to_bf16_row
  convert(from, to, from.length)
  return to
}
