import { bitsOf, countOf } from '../dtypes.js'
import { PickleError } from './pickle_error.js'
import type { TensorRef } from './python_values.js'

/** A tensor's place in its storage, checked. Everything in bytes. */
export interface StridedTensor {
  itemBytes: number
  /** Of the tensor. */
  bytes: number
  /** Of its first element in the storage. */
  start: number
  /** Behind its last element in the storage. */
  end: number
  contiguous: boolean
}

/**
 * A broadcast tensor (stride 0) may be larger than the storage behind it. Real ones are small
 * (position ids); a hostile one of a few bytes would ask for terabytes of memory.
 */
const MAX_BROADCAST_BYTES = 16 * 1024 * 1024

/** @throws PickleError when the tensor reaches outside its storage or cannot be counted */
export function placeTensor(name: string, tensor: TensorRef): StridedTensor {
  const bits = bitsOf(tensor.dtype)
  const count = countOf(tensor.shape)
  if (bits === undefined || count === undefined) {
    throw new PickleError(`the tensor “${name}” is too large to be true`)
  }
  const itemBytes = bits / 8
  const storageBytes = storageBytesOf(tensor)
  const last = count === 0 ? tensor.offset - 1 : lastElement(tensor)
  const end = (last + 1) * itemBytes
  if (!Number.isSafeInteger(end) || end > storageBytes) {
    throw new PickleError(`the tensor “${name}” reaches outside its storage`)
  }
  const bytes = count * itemBytes
  if (bytes > Math.max(storageBytes, MAX_BROADCAST_BYTES)) {
    throw new PickleError(`the tensor “${name}” is larger than the file behind it`)
  }
  return { itemBytes, bytes, start: tensor.offset * itemBytes, end, contiguous: isDense(tensor) }
}

/** Bytes of the storage behind a tensor. */
export function storageBytesOf({ storage }: TensorRef): number {
  const bits = storage.dtype === null ? 8 : (bitsOf(storage.dtype) ?? Number.NaN)
  return (storage.count * bits) / 8
}

/**
 * Copies elements [from, to) of a strided tensor, counted in row-major order, out of the bytes of
 * its storage between `place.start` and `place.end`.
 */
export function gather(
  { shape, stride }: TensorRef,
  place: StridedTensor,
  span: Uint8Array,
  from: number,
  to: number
): Uint8Array<ArrayBuffer> {
  const { itemBytes } = place
  const out = new Uint8Array((to - from) * itemBytes)
  const index = unravel(from, shape)
  let source = index.reduce((sum, at, axis) => sum + at * stride[axis]!, 0)
  for (let item = 0; item < to - from; item++) {
    const at = source * itemBytes
    for (let byte = 0; byte < itemBytes; byte++) out[item * itemBytes + byte] = span[at + byte]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += stride[axis]!
      index[axis]! += 1
      if (index[axis]! < shape[axis]!) break
      source -= shape[axis]! * stride[axis]!
      index[axis] = 0
    }
  }
  return out
}

function unravel(flat: number, shape: readonly number[]): number[] {
  const index = new Array<number>(shape.length).fill(0)
  for (let axis = shape.length - 1, rest = flat; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!
    rest = Math.floor(rest / shape[axis]!)
  }
  return index
}

function lastElement({ offset, shape, stride }: TensorRef): number {
  return shape.reduce((sum, size, axis) => sum + (size - 1) * stride[axis]!, offset)
}

/** Row-major without gaps; strides of dimensions of size 1 mean nothing. */
function isDense({ shape, stride }: TensorRef): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && stride[axis] !== expected) return false
    expected *= shape[axis]!
  }
  return true
}
