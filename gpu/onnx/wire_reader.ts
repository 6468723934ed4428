import { damaged } from './errors.js'
import type { FileBytes } from './file_bytes.js'

/** Bytes [start, end) of a file. */
export interface Range {
  start: number
  end: number
}

/** One field of a protobuf message. The same object is handed out again for the next field. */
export interface Field {
  number: number
  wire: 0 | 1 | 2 | 5
  /** Where the tag starts: [tagStart, end) is the whole field. */
  tagStart: number
  /** The payload: the content of a length-delimited field, or the raw value. */
  start: number
  end: number
  /** The value of a varint, as a signed 64-bit integer where it fits a double exactly. */
  value: number
}

/**
 * The fields of the message in [start, end), after
 * https://protobuf.dev/programming-guides/encoding/. Groups (wire types 3 and 4), which ONNX
 * never had, count as damage.
 */
export function* fields(file: FileBytes, { start, end }: Range): Generator<Field> {
  const varint = { value: 0, next: start }
  const field: Field = { number: 0, wire: 0, tagStart: 0, start: 0, end: 0, value: 0 }
  let at = start
  while (at < end) {
    field.tagStart = at
    readVarint(file, at, end, varint)
    const tag = varint.value
    field.number = Math.floor(tag / 8)
    const wire = tag % 8
    if (field.number < 1 || field.number > 536_870_911) throw damaged(at)
    at = varint.next
    field.start = at
    if (wire === 0) {
      readVarint(file, at, end, varint)
      field.value = varint.value
      at = varint.next
    } else if (wire === 2) {
      readVarint(file, at, end, varint)
      field.start = varint.next
      if (varint.value < 0 || varint.value > end - varint.next) throw damaged(at)
      at = varint.next + varint.value
    } else if (wire === 1 || wire === 5) {
      at += wire === 1 ? 8 : 4
      if (at > end) throw damaged(field.start)
    } else {
      throw damaged(field.tagStart)
    }
    field.wire = wire
    field.end = at
    yield field
  }
}

/** The varints of a packed field. */
export function* packedVarints(file: FileBytes, { start, end }: Range): Generator<number> {
  const varint = { value: 0, next: start }
  while (varint.next < end) {
    readVarint(file, varint.next, end, varint)
    yield varint.value
  }
}

/** Seven bits per byte, lowest first; ten bytes at most. Negative numbers take all ten. */
function readVarint(
  file: FileBytes,
  at: number,
  end: number,
  out: { value: number; next: number }
): void {
  let value = 0
  let factor = 1
  for (let i = 0; i < 7; i++) {
    if (at + i >= end) throw damaged(at)
    const byte = file.byte(at + i)
    value += (byte & 0x7f) * factor
    if (byte < 0x80) {
      out.value = value
      out.next = at + i + 1
      return
    }
    factor *= 128
  }
  let wide = BigInt(value)
  for (let i = 7; i < 10; i++) {
    if (at + i >= end) throw damaged(at)
    const byte = file.byte(at + i)
    wide |= BigInt(byte & 0x7f) << BigInt(7 * i)
    if (byte < 0x80) {
      out.value = Number(BigInt.asIntN(64, wide))
      out.next = at + i + 1
      return
    }
  }
  throw damaged(at)
}
