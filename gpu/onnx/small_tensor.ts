import { DTYPE } from './schema.js'
import type { WeightJob } from './weight_job.js'

/** A constant that is made here and held in memory. */
export interface SmallTensor {
  name: string
  dtype: number
  dims: number[]
  /** Flat little-endian values. */
  bytes: Uint8Array
}

export function smallInts(name: string, values: number[]): SmallTensor {
  const bytes = bytesOf(BigInt64Array.from(values, wide))
  return { name, dtype: DTYPE.int64, dims: [values.length], bytes }
}

/** The largest 64-bit number, which means “to the end”, is no double: it comes back one too large. */
function wide(value: number): bigint {
  const exact = BigInt(value)
  const largest = 2n ** 63n - 1n
  return exact > largest ? largest : exact
}

export function smallFloats(
  name: string,
  values: ArrayLike<number>,
  dims: number[] = [values.length]
): SmallTensor {
  return { name, dtype: DTYPE.float, dims, bytes: bytesOf(Float32Array.from(values)) }
}

export function scaleTensor({ scale, scaleDims }: WeightJob, values: Float32Array): SmallTensor {
  return smallFloats(scale, values, scaleDims)
}

export function zeroPointTensor(job: WeightJob, values: Int16Array): SmallTensor {
  const isSigned = job.target.type === 'int8'
  return {
    name: job.zeroPoint,
    dtype: isSigned ? DTYPE.int8 : DTYPE.uint8,
    dims: job.scaleDims,
    bytes: bytesOf(isSigned ? Int8Array.from(values) : Uint8Array.from(values)),
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: NodeJS.ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
