/**
 * Small integers as a stream of bits in 32-bit words, lowest bits first, along the rows of a
 * matrix: how GPTQ packs codes along the inputs and zeros along the outputs. Codes of 3 bits fill
 * 32 values into 3 words, two of them across a border (AutoGPTQ `qlinear_cuda.py`, `pack`).
 */

/**
 * Packs the columns `[first, first + width)` of a matrix along its rows.
 *
 * @param values [rows × width]; rows · bits is a multiple of 32
 * @param words [rows · bits / 32 × columns], zero where it is written
 */
export function packAlongRows(
  values: Uint8Array,
  rows: number,
  width: number,
  bits: number,
  words: Uint32Array,
  columns: number,
  first = 0
): void {
  for (let row = 0; row < rows; row++) {
    const { word, shift } = position(row, bits)
    const at = word * columns + first
    for (let c = 0, from = row * width; c < width; c++) {
      const value = values[from + c]!
      words[at + c]! |= value << shift
      if (shift + bits > 32) words[at + columns + c]! |= value >>> (32 - shift)
    }
  }
}

/** One row of packed values, unpacked: the reverse of `packAlongRows`. */
export function unpackRow(
  words: Uint32Array,
  columns: number,
  row: number,
  bits: number,
  into: Uint8Array
): void {
  const { word, shift } = position(row, bits)
  const mask = 2 ** bits - 1
  for (let c = 0, at = word * columns; c < columns; c++, at++) {
    let value = words[at]! >>> shift
    if (shift + bits > 32) value |= words[at + columns]! << (32 - shift)
    into[c] = value & mask
  }
}

/** Packs a list of values; their number times bits is a multiple of 32. */
export function packList(values: Uint8Array, bits: number): Uint32Array {
  const words = new Uint32Array((values.length * bits) / 32)
  packAlongRows(values, values.length, 1, bits, words, 1)
  return words
}

export function unpackList(words: Uint32Array, bits: number, count: number): Uint8Array {
  const values = new Uint8Array(count)
  const one = new Uint8Array(1)
  for (let i = 0; i < count; i++) {
    unpackRow(words, 1, i, bits, one)
    values[i] = one[0]!
  }
  return values
}

function position(index: number, bits: number): { word: number; shift: number } {
  const bit = index * bits
  return { word: Math.floor(bit / 32), shift: bit % 32 }
}
