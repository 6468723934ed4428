import type { GgufText, ScalarType } from './gguf_values.js'
import { GgufError, type HeaderCursor } from './header_cursor.js'

export function readScalar(cursor: HeaderCursor, type: ScalarType) {
  switch (type) {
    case 'string':
      return cursor.text()
    case 'bool':
      return readBool(cursor)
    default:
      return cursor[type]()
  }
}

/** Numbers in a typed array, texts and booleans in a list. */
export function readArray(
  cursor: HeaderCursor,
  of: ScalarType,
  count: number
): ArrayLike<GgufText | number | bigint | boolean> {
  if (of === 'string') return readTexts(cursor, count)
  if (of === 'bool') {
    cursor.countItems(count, 1)
    return Array.from(cursor.slice(count, 1), (byte) => byte !== 0)
  }
  const Numbers = NUMBERS[of]
  return new Numbers(cursor.slice(count, Numbers.BYTES_PER_ELEMENT).buffer)
}

function readTexts(cursor: HeaderCursor, count: number): GgufText[] {
  cursor.countItems(count, 8)
  const texts: GgufText[] = []
  for (let i = 0; i < count; i++) texts.push(cursor.text())
  return texts
}

function readBool(cursor: HeaderCursor): boolean {
  const byte = cursor.uint8()
  if (byte > 1) throw new GgufError('a property is neither true nor false')
  return byte === 1
}

/** Files are little-endian, and so is every machine that Node runs on. */
const NUMBERS = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  float64: Float64Array,
}
