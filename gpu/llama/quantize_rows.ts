/** Rows of float32 to blocks of a ggml type and back, by the library's own functions. */
import koffi, { type KoffiFunc } from 'koffi'
import { availableParallelism } from 'node:os'
import { ModelError } from '../shared/errors.js'
import { callAsync } from './functions.js'
import { ggmlTypes, rowBytes, typeTraits, type GgmlTypeName } from './ggml_types.js'
import { TO_FLOAT } from './layouts.js'
import { openLlama } from './library.js'

/**
 * Elements of one native call: 1 ms of Q4_0, 20 ms of Q4_K, half a second of the slowest IQ types.
 * Cancelling stays prompt, and libuv's threads, which files need as well, are never held for long.
 */
const SLICE_ELEMENTS = 1 << 18

export interface QuantizeRowsOptions {
  /** Looked at between slices; an abort rejects with its reason. */
  signal?: AbortSignal
}

/**
 * Quantizes a row-major matrix as llama.cpp does, byte for byte, on all cores.
 *
 * @param source rows × rowElements, float32
 * @param importance weight of every input column (rowElements values), or one such list per
 *   matrix stacked in `source` (experts): rows are then split evenly between the lists
 * @returns rows × rowBytes(type, rowElements)
 * @throws {RangeError} when shapes do not fit
 * @throws {ModelError} E_IMPORTANCE_MATRIX_NEEDED when the type cannot do without `importance`
 */
export async function quantizeRows(
  type: GgmlTypeName,
  source: Float32Array,
  rowElements: number,
  importance?: Float32Array,
  { signal }: QuantizeRowsOptions = {}
): Promise<Uint8Array> {
  const { native } = openLlama()
  const { id } = ggmlTypes[type]
  const bytesPerRow = rowBytes(type, rowElements)
  const rows = source.length / rowElements
  if (!Number.isInteger(rows)) throw new RangeError('The source is not whole rows')
  const matrices = importance ? importance.length / rowElements : 1
  const rowsPerMatrix = rows / matrices
  if (!Number.isInteger(matrices) || !Number.isInteger(rowsPerMatrix)) {
    throw new RangeError('The importance does not fit the rows')
  }
  if (!importance && requiresImportance(type)) {
    throw new ModelError(
      'E_IMPORTANCE_MATRIX_NEEDED',
      `${type} needs an importance matrix: give a calibration text, or choose Q4_K_M or Q3_K_M.`,
      { params: { type } }
    )
  }
  await makeTables(id)

  const out = new Uint8Array(rows * bytesPerRow)
  await inSlices(rows, rowElements, rowsPerMatrix, signal, (start, end) => {
    const matrix = Math.floor(start / rowsPerMatrix)
    return callAsync(
      native.ggml_quantize_chunk,
      id,
      source.subarray(start * rowElements, end * rowElements),
      out.subarray(start * bytesPerRow, end * bytesPerRow),
      0,
      end - start,
      rowElements,
      importance?.subarray(matrix * rowElements, (matrix + 1) * rowElements) ?? null
    )
  })
  return out
}

const tables = new Map<number, Promise<void>>()

/** Search tables of the IQ types: made once per process, some take seconds. */
function makeTables(id: number): Promise<void> {
  const made = tables.get(id) ?? callAsync(openLlama().native.ggml_quantize_init, id)
  tables.set(id, made)
  return made
}

/** Whether a type cannot be written without an importance matrix (IQ1, IQ2, IQ3_XXS …). */
export function requiresImportance(type: GgmlTypeName): boolean {
  return openLlama().native.ggml_quantize_requires_imatrix(ggmlTypes[type].id)
}

/** Bytes that `quantizeRows` wrote, or of any GGUF tensor, as float32. For small tensors. */
export function dequantizeRows(
  type: GgmlTypeName,
  bytes: Uint8Array,
  rowElements: number
): Float32Array {
  const out = new Float32Array((bytes.length / rowBytes(type, rowElements)) * rowElements)
  if (type === 'F32') copyFloats(bytes, out)
  else converter(type)(bytes, out, out.length)
  return out
}

/** `dequantizeRows` on all cores, without blocking the thread that calls. */
export async function dequantizeRowsAsync(
  type: GgmlTypeName,
  bytes: Uint8Array,
  rowElements: number,
  { signal }: QuantizeRowsOptions = {}
): Promise<Float32Array> {
  if (type === 'F32') return dequantizeRows(type, bytes, rowElements)
  const toFloat = converter(type)
  const bytesPerRow = rowBytes(type, rowElements)
  const rows = bytes.length / bytesPerRow
  const out = new Float32Array(rows * rowElements)
  await inSlices(rows, rowElements, rows, signal, (start, end) =>
    callAsync(
      toFloat,
      bytes.subarray(start * bytesPerRow, end * bytesPerRow),
      out.subarray(start * rowElements, end * rowElements),
      (end - start) * rowElements
    )
  )
  return out
}

function converter(type: GgmlTypeName) {
  const { toFloat } = typeTraits(ggmlTypes[type].id)
  if (toFloat === null) throw new RangeError(`${type} has no float form`)
  return koffi.decode(toFloat, TO_FLOAT) as KoffiFunc<
    (from: Uint8Array, to: Float32Array, elements: number) => void
  >
}

function copyFloats(from: Uint8Array, to: Float32Array): void {
  new Uint8Array(to.buffer, to.byteOffset, to.byteLength).set(from.subarray(0, to.byteLength))
}

/**
 * Runs `work` on ranges of rows, as many at a time as there are cores. A range never crosses the
 * border of a matrix.
 */
async function inSlices(
  rows: number,
  rowElements: number,
  rowsPerMatrix: number,
  signal: AbortSignal | undefined,
  work: (start: number, end: number) => Promise<unknown>
): Promise<void> {
  const rowsPerSlice = Math.max(1, Math.floor(SLICE_ELEMENTS / rowElements))
  let next = 0
  const lane = async () => {
    while (next < rows) {
      signal?.throwIfAborted()
      const start = next
      const border = (Math.floor(start / rowsPerMatrix) + 1) * rowsPerMatrix
      next = Math.min(start + rowsPerSlice, border, rows)
      await work(start, next)
    }
  }
  // Every lane is awaited: native code must not write into memory that nobody holds any more.
  const lanes = await Promise.allSettled(Array.from({ length: availableParallelism() }, lane))
  for (const result of lanes) if (result.status === 'rejected') throw result.reason
}
