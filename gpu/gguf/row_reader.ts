/** The rows of a target tensor as float32, in slices. */
import type { TensorInfo, TensorSource } from '../formats/tensor_source.js'
import { type GgmlTypeName, ggmlTypes, rowBytes } from '../llama/ggml_types.js'
import { dequantizeRowsAsync } from '../llama/quantize_rows.js'
import type { Part, TargetTensor } from './plan_conversion.js'

/** @returns the rows [start, end) of the target, row after row */
export async function readRows(
  source: TensorSource,
  target: TargetTensor,
  start: number,
  end: number,
  signal?: AbortSignal
): Promise<Float32Array> {
  const { rowElements } = target
  if (target.values) return target.values.slice(start * rowElements, end * rowElements)
  const pieces: Float32Array[] = []
  let first = 0
  for (const part of target.parts) {
    const [from, to] = [Math.max(start, first), Math.min(end, first + part.rows)]
    if (from < to) {
      pieces.push(await readPart(source, part, rowElements, from - first, to - first, signal))
    }
    first += part.rows
  }
  if (pieces.length === 1) return pieces[0]!
  const all = new Float32Array((end - start) * rowElements)
  let position = 0
  for (const piece of pieces) {
    all.set(piece, position)
    position += piece.length
  }
  return all
}

async function readPart(
  source: TensorSource,
  part: Part,
  rowElements: number,
  start: number,
  end: number,
  signal?: AbortSignal
): Promise<Float32Array> {
  const { dtype } = part.source
  const floats = part.transpose
    ? await transposedRows(source, part.source, start, end, signal)
    : await toFloats(await rowBytesOf(source, part, rowElements, start, end), dtype, signal)
  if (part.plus) for (let i = 0; i < floats.length; i++) floats[i]! += part.plus
  return floats
}

/** Bytes of rows [start, end), interleaved when the part says so. */
async function rowBytesOf(
  source: TensorSource,
  part: Part,
  rowElements: number,
  start: number,
  end: number
): Promise<Uint8Array> {
  const { name, dtype } = part.source
  const bytes = bytesOf(dtype, rowElements)
  const { headRows, firstRow } = part
  if (!headRows) return source.read(name, (firstRow + start) * bytes, (firstRow + end) * bytes)
  // Rows of a head come from all over that head: whole heads are read.
  const from = Math.floor(start / headRows) * headRows
  const to = Math.ceil(end / headRows) * headRows
  const raw = await source.read(name, (firstRow + from) * bytes, (firstRow + to) * bytes)
  const rows = new Uint8Array((end - start) * bytes)
  for (let row = start; row < end; row++) {
    const origin = halfSplitRow(row, headRows) - from
    rows.set(raw.subarray(origin * bytes, (origin + 1) * bytes), (row - start) * bytes)
  }
  return rows
}

/**
 * Row of a projection in transformers' order, where the two halves of a head turn together, for a
 * row in llama.cpp's, where neighbours do.
 */
export function halfSplitRow(row: number, headRows: number): number {
  const inHead = row % headRows
  return row - inHead + (inHead % 2) * (headRows / 2) + Math.floor(inHead / 2)
}

/** Rows of the transposed matrix, of which one row is spread over the whole source. */
async function transposedRows(
  source: TensorSource,
  { name, dtype, shape }: TensorInfo,
  start: number,
  end: number,
  signal?: AbortSignal
): Promise<Float32Array> {
  const [inner = 0, outer = 0] = shape
  const out = new Float32Array((end - start) * inner)
  const bytes = bytesOf(dtype, outer)
  const step = Math.max(1, Math.floor((1 << 22) / outer))
  for (let from = 0; from < inner; from += step) {
    const to = Math.min(from + step, inner)
    const floats = await toFloats(await source.read(name, from * bytes, to * bytes), dtype, signal)
    for (let row = from; row < to; row++) {
      const offset = (row - from) * outer
      for (let column = start; column < end; column++) {
        out[(column - start) * inner + row] = floats[offset + column]!
      }
    }
  }
  return out
}

/** Bytes of a row of this dtype, of safetensors or of ggml. */
export function bytesOf(dtype: string, elements: number): number {
  return rowBytes(ggmlType(dtype), elements)
}

function ggmlType(dtype: string): GgmlTypeName {
  if (Object.hasOwn(ggmlTypes, dtype)) return dtype as GgmlTypeName
  throw new RangeError(`No dtype of weights: ${dtype}`)
}

async function toFloats(
  bytes: Uint8Array,
  dtype: string,
  signal?: AbortSignal
): Promise<Float32Array> {
  const type = ggmlType(dtype)
  if (type === 'F32') return new Float32Array(alignedBuffer(bytes))
  if (type === 'F64') return Float32Array.from(new Float64Array(alignedBuffer(bytes)))
  const { blockElements, blockBytes } = ggmlTypes[type]
  // In one row of chunks, so that all cores share it whatever the length of the rows.
  const chunk = chunkElements(bytes.length / blockBytes) * blockElements
  return dequantizeRowsAsync(type, bytes, chunk, { signal })
}

/** The largest power of two that divides the number of blocks, up to 4096. */
function chunkElements(blocks: number): number {
  let chunk = 1
  while (chunk < 4096 && blocks % (chunk * 2) === 0) chunk *= 2
  return chunk
}

function alignedBuffer(bytes: Uint8Array): ArrayBuffer {
  const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength
  return (whole ? bytes.buffer : bytes.slice().buffer) as ArrayBuffer
}
