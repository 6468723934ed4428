import type * as ort from 'onnxruntime-node'

/** Values of one input or output, as ONNX Runtime takes and gives them. */
export type TensorType = ort.Tensor.Type

export interface SampleTensor {
  type: TensorType
  dims: number[]
  data: NodeJS.TypedArray | string[]
}

/** One set of inputs by name. */
export type Sample = Map<string, SampleTensor>

/** ONNX element types that samples can have, with the array that holds them. */
const TYPES: Record<number, { type: TensorType; make: (length: number) => NodeJS.TypedArray }> = {
  1: { type: 'float32', make: (length) => new Float32Array(length) },
  2: { type: 'uint8', make: (length) => new Uint8Array(length) },
  3: { type: 'int8', make: (length) => new Int8Array(length) },
  4: { type: 'uint16', make: (length) => new Uint16Array(length) },
  5: { type: 'int16', make: (length) => new Int16Array(length) },
  6: { type: 'int32', make: (length) => new Int32Array(length) },
  7: { type: 'int64', make: (length) => new BigInt64Array(length) },
  9: { type: 'bool', make: (length) => new Uint8Array(length) },
  10: { type: 'float16', make: (length) => new Float16Array(length) },
  11: { type: 'float64', make: (length) => new Float64Array(length) },
  12: { type: 'uint32', make: (length) => new Uint32Array(length) },
  13: { type: 'uint64', make: (length) => new BigUint64Array(length) },
}

/** Values of an ONNX element type from numbers; null for a type that samples cannot have. */
export function tensorOf(
  dtype: number,
  dims: number[],
  value: (index: number) => number
): SampleTensor | null {
  if (dtype === 8) {
    const length = dims.reduce((product, dim) => product * dim, 1)
    return { type: 'string', dims, data: Array.from({ length }, (_, i) => `text ${value(i)}`) }
  }
  const kind = TYPES[dtype]
  if (!kind) return null
  const data = kind.make(dims.reduce((product, dim) => product * dim, 1))
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let i = 0; i < data.length; i++) data[i] = BigInt(Math.trunc(value(i)))
  } else for (let i = 0; i < data.length; i++) data[i] = value(i)
  return { type: kind.type, dims, data }
}

/** Numbers of an output for comparing; null for texts. */
export function numbersOf(data: ort.Tensor['data']): Float64Array | null {
  if (Array.isArray(data)) return null
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    return Float64Array.from(data, Number)
  }
  return Float64Array.from(data as ArrayLike<number>)
}
