import type { OnnxTensor } from './model.js'
import type { WeightJob } from './weight_job.js'

/**
 * A message is written as a list of parts whose sizes are known before their content is: bytes in
 * memory, stretches copied from the original file, and values that stream through.
 */
export type Part =
  | Uint8Array
  /** Bytes [start, start + byteLength) of the original model file. */
  | { kind: 'copy'; start: number; byteLength: number }
  /** A weight as it was, flat; it may come from another file. */
  | { kind: 'tensor'; tensor: OnnxTensor; byteLength: number }
  /** A weight in 8 bits. */
  | { kind: 'job'; job: WeightJob; byteLength: number }

export type Parts = Part[]

export function sizeOf(parts: Parts): number {
  return parts.reduce((sum, { byteLength }) => sum + byteLength, 0)
}

/** Seven bits per byte, lowest first; negative numbers as 64-bit two's complement. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = []
  if (value >= 0) {
    let rest = value
    while (rest >= 128) {
      bytes.push((rest % 128) + 128)
      rest = Math.floor(rest / 128)
    }
    bytes.push(rest)
  } else {
    let rest = BigInt.asUintN(64, BigInt(value))
    while (rest >= 128n) {
      bytes.push(Number(rest % 128n) + 128)
      rest /= 128n
    }
    bytes.push(Number(rest))
  }
  return Uint8Array.from(bytes)
}

export function intField(field: number, value: number): Part {
  return Buffer.concat([varint(field * 8), varint(value)])
}

export function textField(field: number, text: string): Part {
  return bytesField(field, Buffer.from(text, 'utf8'))
}

export function bytesField(field: number, bytes: Uint8Array): Part {
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes])
}

export function floatField(field: number, value: number): Part {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return Buffer.concat([varint(field * 8 + 5), bytes])
}

export function messageField(field: number, parts: Parts): Parts {
  const head = Buffer.concat([varint(field * 8 + 2), varint(sizeOf(parts))])
  return [head, ...parts]
}

/** Neighbours in memory or in the file become one part. */
export function joined(parts: Parts): Parts {
  const out: Parts = []
  let pending: Uint8Array[] = []
  const flush = () => {
    if (pending.length) out.push(Buffer.concat(pending))
    pending = []
  }
  for (const part of parts) {
    if (part instanceof Uint8Array) {
      pending.push(part)
      continue
    }
    flush()
    const last = out.at(-1)
    const isNext =
      part.kind === 'copy' &&
      last !== undefined &&
      !(last instanceof Uint8Array) &&
      last.kind === 'copy' &&
      last.start + last.byteLength === part.start
    if (isNext) last.byteLength += part.byteLength
    else out.push(part.kind === 'copy' ? { ...part } : part)
  }
  flush()
  return out
}
