/** Number of `enum gguf_type` and a value; lists are `[9, [type, items]]`. */
export type RawValue = [type: number, value: unknown]

export interface RawTensor {
  name: string
  /** Innermost dimension first, as in the file. */
  ne: number[]
  type: number
  offset: number
}

export interface RawGguf {
  magic?: string
  version?: number
  pairs?: [key: string, value: RawValue][]
  tensors?: RawTensor[]
  /** What the header claims, when it lies. */
  tensorCount?: number | bigint
  pairCount?: number | bigint
  alignment?: number
  data?: Uint8Array | number
}

/** A GGUF file, right or wrong. */
export function rawGguf(file: RawGguf): Buffer {
  const { pairs = [], tensors = [], alignment = 32, data = 0 } = file
  const head = Buffer.concat([
    Buffer.from(file.magic ?? 'GGUF'),
    u32(file.version ?? 3),
    u64(file.tensorCount ?? tensors.length),
    u64(file.pairCount ?? pairs.length),
    ...pairs.map(([key, [type, value]]) => {
      return Buffer.concat([text(key), u32(type), scalar(type, value)])
    }),
    ...tensors.map(tensorInfo),
  ])
  const padding = Buffer.alloc(Math.ceil(head.length / alignment) * alignment - head.length)
  return Buffer.concat([head, padding, typeof data === 'number' ? Buffer.alloc(data) : data])
}

function tensorInfo({ name, ne, type, offset }: RawTensor): Buffer {
  return Buffer.concat([text(name), u32(ne.length), ...ne.map(u64), u32(type), u64(offset)])
}

function scalar(type: number, value: unknown): Buffer {
  if (type === 8) return text(value as string)
  if (type === 9) {
    const [of, items] = value as [number, unknown[]]
    return Buffer.concat([u32(of), u64(items.length), ...items.map((item) => scalar(of, item))])
  }
  const bytes = Buffer.alloc(8)
  const number = Number(value)
  if (type === 0 || type === 7) return bytes.subarray(0, bytes.writeUInt8(number))
  if (type === 1) return bytes.subarray(0, bytes.writeInt8(number))
  if (type === 2) return bytes.subarray(0, bytes.writeUInt16LE(number))
  if (type === 3) return bytes.subarray(0, bytes.writeInt16LE(number))
  if (type === 5) return bytes.subarray(0, bytes.writeInt32LE(number))
  if (type === 6) return bytes.subarray(0, bytes.writeFloatLE(number))
  if (type === 10) return u64(number)
  if (type === 11) return bytes.subarray(0, bytes.writeBigInt64LE(BigInt(number)))
  if (type === 12) return bytes.subarray(0, bytes.writeDoubleLE(number))
  return u32(number)
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function u64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([u64(bytes.length), bytes])
}
