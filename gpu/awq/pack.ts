/** Which output of eight lies in nibble k of a word (AutoAWQ `packing_utils.py`, GEMM layout). */
export const AWQ_ORDER = [0, 2, 4, 6, 1, 3, 5, 7] as const

/** The tensors of one quantized linear layer, in memory that threads share. */
export interface AwqTensors {
  /** [in, out / 8] */
  qweight: Uint32Array
  /** [groups, out / 8] */
  qzeros: Uint32Array
  /** float16, [groups, out] */
  scales: Uint16Array
}

export function awqTensors(inputs: number, outputs: number, groups: number): AwqTensors {
  const words = (count: number) => new Uint32Array(new SharedArrayBuffer(count * 4))
  return {
    qweight: words((inputs * outputs) / 8),
    qzeros: words((groups * outputs) / 8),
    scales: new Uint16Array(new SharedArrayBuffer(groups * outputs * 2)),
  }
}

/** The nibble of a word in which output `o` lies, as a shift. */
export function awqShift(output: number): number {
  return 4 * AWQ_ORDER.indexOf((output % 8) as (typeof AWQ_ORDER)[number])
}

/**
 * Packs codes of 4 bits along the outputs.
 *
 * @param codes [outputs of the slice × n], row-major: n is inputs for weights, groups for zeros
 * @param words [n × outputs / 8], zero where it is written
 * @param first first output of the slice, a multiple of 8
 */
export function packOutputs(
  codes: Uint8Array,
  n: number,
  words: Uint32Array,
  outputs: number,
  first: number
): void {
  const stride = outputs / 8
  const rows = codes.length / n
  for (let row = 0; row < rows; row++) {
    const shift = awqShift(row)
    const column = (first + row) >>> 3
    for (let i = 0, from = row * n; i < n; i++) {
      words[i * stride + column]! |= codes[from + i]! << shift
    }
  }
}

/** One row of words as the codes of all outputs. */
export function unpackOutputs(
  words: Uint32Array,
  row: number,
  outputs: number,
  into: Uint8Array
): void {
  const start = (row * outputs) / 8
  for (let o = 0; o < outputs; o++) into[o] = (words[start + (o >>> 3)]! >>> awqShift(o)) & 15
}
