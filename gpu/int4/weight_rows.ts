/** A weight matrix as its file has it, in memory that threads share. */
export interface WeightBytes {
  bytes: Uint8Array
  dtype: string
  /** Rows: outputs, columns: inputs. */
  outputs: number
  inputs: number
}

export const FLOAT_DTYPES = ['F32', 'F16', 'BF16'] as const

export function isFloat(dtype: string): boolean {
  return (FLOAT_DTYPES as readonly string[]).includes(dtype)
}

/** Copies bytes into memory that threads share. */
export function shareBytes(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
  shared.set(bytes)
  return shared
}

/** Rows [first, end) as float32, row-major. */
export function floatRows(weight: WeightBytes, first: number, end: number): Float32Array {
  const width = weight.bytes.length / weight.outputs
  return toFloats(weight.bytes.subarray(first * width, end * width), weight.dtype)
}

/** @throws RangeError for anything but F32, F16 and BF16 */
export function toFloats(bytes: Uint8Array, dtype: string): Float32Array {
  if (!isFloat(dtype)) throw new RangeError(`${dtype} is no type of weights`)
  const own = bytes.slice().buffer
  if (dtype === 'F32') return new Float32Array(own)
  if (dtype === 'F16') return new Float32Array(new Float16Array(own))
  const halves = new Uint16Array(own)
  const words = new Uint32Array(halves.length)
  halves.forEach((half, i) => (words[i] = half << 16))
  return new Float32Array(words.buffer)
}

/** Rounds to nearest even; F16 saturates at ±65504 instead of becoming infinite. */
export function fromFloats(values: Float32Array, dtype: string): Uint8Array {
  if (dtype === 'F32') return bytesOf(values)
  if (dtype === 'F16') {
    return bytesOf(Float16Array.from(values, (value) => Math.max(-65504, Math.min(65504, value))))
  }
  if (dtype !== 'BF16') throw new RangeError(`${dtype} is no type of weights`)
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const halves = new Uint16Array(words.length)
  words.forEach((word, i) => {
    halves[i] = (word + 0x7fff + ((word >>> 16) & 1)) >>> 16
  })
  return bytesOf(halves)
}

export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

/** [rows × columns] → [columns × rows], in tiles that stay in the cache. */
export function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length)
  const tile = 32
  for (let r0 = 0; r0 < rows; r0 += tile) {
    const r1 = Math.min(rows, r0 + tile)
    for (let c = 0; c < columns; c++) {
      for (let r = r0; r < r1; r++) result[c * rows + r] = values[r * columns + c]!
    }
  }
  return result
}
