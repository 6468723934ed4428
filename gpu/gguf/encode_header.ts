/**
 * The bytes of a GGUF file before its tensors. Source: `docs/gguf.md` and `src/gguf.cpp` of ggml.
 */
import { type GgmlTypeName, ggmlTypes } from '../llama/ggml_types.js'
import { type Metadata, type MetadataValue, type ScalarType, VALUE_TYPES } from './metadata.js'

const VERSION = 3
/** `GGUF_DEFAULT_ALIGNMENT`; we never write another one. */
export const ALIGNMENT = 32
/** `GGML_MAX_NAME`, with its final NUL. */
const MAX_NAME_BYTES = 64

export interface HeaderTensor {
  name: string
  /** Outermost dimension first; written innermost first. */
  shape: readonly number[]
  type: GgmlTypeName
  bytes: number
}

export interface Header {
  /** Ends where the first tensor starts. */
  bytes: Uint8Array
  /** Where each tensor starts in the file, in the given order. */
  offsets: number[]
  /** Size of the whole file. */
  fileBytes: number
}

export function padded(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}

/** @throws RangeError for a tensor name that no reader accepts */
export function encodeHeader(metadata: Metadata, tensors: readonly HeaderTensor[]): Header {
  const out = new ByteWriter()
  out.raw(Buffer.from('GGUF'))
  out.uint32(VERSION)
  out.uint64(tensors.length)
  out.uint64(metadata.entries.size)
  for (const [key, value] of metadata.entries) {
    out.string(key)
    writeValue(out, value)
  }
  let position = 0
  const relative = tensors.map((tensor) => {
    const offset = position
    writeTensorInfo(out, tensor, offset)
    position += padded(tensor.bytes)
    return offset
  })
  out.raw(Buffer.alloc(padded(out.length) - out.length))
  const start = out.length
  return {
    bytes: out.finish(),
    offsets: relative.map((offset) => start + offset),
    fileBytes: start + position,
  }
}

function writeTensorInfo(out: ByteWriter, tensor: HeaderTensor, offset: number) {
  if (Buffer.byteLength(tensor.name) >= MAX_NAME_BYTES) {
    throw new RangeError(`Tensor name of ${MAX_NAME_BYTES} bytes or more: ${tensor.name}`)
  }
  out.string(tensor.name)
  out.uint32(tensor.shape.length)
  for (const length of [...tensor.shape].reverse()) out.uint64(length)
  out.uint32(ggmlTypes[tensor.type].id)
  out.uint64(offset)
}

function writeValue(out: ByteWriter, value: MetadataValue) {
  out.uint32(VALUE_TYPES[value.type])
  if (value.type !== 'array') return writeScalar(out, value.type, value.value)
  out.uint32(VALUE_TYPES[value.of])
  out.uint64(value.value.length)
  for (let i = 0; i < value.value.length; i++) writeScalar(out, value.of, value.value[i])
}

function writeScalar(out: ByteWriter, type: ScalarType, value: unknown) {
  if (type === 'string') return out.string(value as string | Uint8Array)
  if (type === 'bool') return out.number('uint8', value ? 1 : 0)
  if (type === 'uint64' || type === 'int64') return out.big(type, BigInt(value as number | bigint))
  out.number(type, Number(value))
}

const SIZES = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  float64: 8,
} as const

/** Little-endian numbers and strings in a buffer that grows. */
class ByteWriter {
  private buffer = Buffer.alloc(64 * 1024)
  length = 0

  number(type: keyof typeof SIZES, value: number) {
    const at = this.reserve(SIZES[type])
    switch (type) {
      case 'uint8':
        return void this.buffer.writeUInt8(value, at)
      case 'int8':
        return void this.buffer.writeInt8(value, at)
      case 'uint16':
        return void this.buffer.writeUInt16LE(value, at)
      case 'int16':
        return void this.buffer.writeInt16LE(value, at)
      case 'uint32':
        return void this.buffer.writeUInt32LE(value, at)
      case 'int32':
        return void this.buffer.writeInt32LE(value, at)
      case 'float32':
        return void this.buffer.writeFloatLE(value, at)
      case 'float64':
        return void this.buffer.writeDoubleLE(value, at)
    }
  }

  big(type: 'uint64' | 'int64', value: bigint) {
    const at = this.reserve(8)
    if (type === 'uint64') this.buffer.writeBigUInt64LE(value, at)
    else this.buffer.writeBigInt64LE(value, at)
  }

  uint32(value: number) {
    this.number('uint32', value)
  }

  uint64(value: number) {
    this.big('uint64', BigInt(value))
  }

  string(value: string | Uint8Array) {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value
    this.uint64(bytes.length)
    this.raw(bytes)
  }

  raw(bytes: Uint8Array) {
    const at = this.reserve(bytes.length)
    this.buffer.set(bytes, at)
  }

  finish(): Uint8Array {
    return this.buffer.subarray(0, this.length)
  }

  /** Room for `bytes` more; returns where they go. */
  private reserve(bytes: number): number {
    const at = this.length
    this.length += bytes
    if (this.length > this.buffer.length) {
      const larger = Buffer.alloc(Math.max(this.buffer.length * 2, this.length))
      larger.set(this.buffer.subarray(0, at))
      this.buffer = larger
    }
    return at
  }
}
