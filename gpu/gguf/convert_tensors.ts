/**
 * The weights of a file, slice by slice: while one slice is quantized on all cores, the next is
 * read and the last one written. Memory is a few slices, whatever the model.
 */
import type { TensorSource } from '../formats/tensor_source.js'
import { openLlama } from '../llama/library.js'
import { type GgmlTypeName, ggmlTypes } from '../llama/ggml_types.js'
import { quantizeRows } from '../llama/quantize_rows.js'
import type { TensorOutcome } from '../protocol.js'
import { ModelError, note } from '../shared/errors.js'
import type { LaidOutTensor } from './conversion_input.js'
import { padded } from './encode_header.js'
import type { TargetTensor } from './plan_conversion.js'
import { RelativeError } from './relative_error.js'
import { bytesOf, readRows } from './row_reader.js'

/** Float32 values in one slice: 16 MiB, some 200 ms of the slowest types on two cores. */
const SLICE_ELEMENTS = 1 << 22

/** Weight of every input column by tensor; `matrices` lists behind each other for experts. */
export type Importance = ReadonlyMap<string, Float32Array>

interface Slice {
  tensor: LaidOutTensor
  start: number
  end: number
  last: boolean
}

export interface Sink {
  write(bytes: Uint8Array): Promise<void>
  /** Called after the last byte of a tensor, padding included. */
  finished(outcome: TensorOutcome): Promise<void>
  /** Bytes of the source that were worked on since the last call. */
  progress(sourceBytes: number, item: string): void
}

/** @throws ModelError `E_WEIGHTS_NOT_FINITE`, `E_WEIGHTS_TOO_LARGE` */
export async function convertTensors(
  source: TensorSource,
  tensors: readonly LaidOutTensor[],
  importance: Importance | undefined,
  sink: Sink,
  signal: AbortSignal
): Promise<void> {
  const slices = slicesOf(tensors)
  let slice = slices.next()
  let reading = slice.done ? null : readSlice(source, slice.value, signal)
  let writing: Promise<void> = Promise.resolve()
  let error: RelativeError | null = null
  try {
    while (!slice.done && reading) {
      const { value: current } = slice
      const read = await reading
      slice = slices.next()
      reading = slice.done ? null : readSlice(source, slice.value, signal)
      signal.throwIfAborted()
      const { target, chosen } = current.tensor
      error ??= new RelativeError(chosen.type, target.rows * target.rowElements)
      const bytes =
        read instanceof Float32Array
          ? await quantize(current, read, importance, error, signal)
          : checked(read, current.tensor)
      await writing
      writing = write(sink, current, bytes, current.last ? outcomeOf(current.tensor, error) : null)
      writing.catch(() => {}) // Seen at the next turn.
      sink.progress(sourceBytes(current), target.name)
      if (current.last) error = null
    }
    await writing
  } finally {
    // Nothing may still read or write when the files are closed.
    await Promise.allSettled([reading, writing])
  }
}

function* slicesOf(tensors: readonly LaidOutTensor[]): Generator<Slice, undefined> {
  for (const tensor of tensors) {
    const { rows, rowElements, shape } = tensor.target
    const perSlice = Math.max(1, Math.floor(SLICE_ELEMENTS / rowElements))
    // A slice lies in one matrix of a stack: each has an importance of its own.
    const perMatrix = shape.length > 2 ? shape.at(-2)! : rows
    for (let start = 0; start < rows;) {
      const border = (Math.floor(start / perMatrix) + 1) * perMatrix
      const end = Math.min(start + perSlice, border)
      yield { tensor, start, end, last: end === rows }
      start = end
    }
  }
}

/** Floats to quantize, or bytes that stay as they are. */
async function readSlice(
  source: TensorSource,
  { tensor: { target, chosen }, start, end }: Slice,
  signal: AbortSignal
): Promise<Float32Array | Uint8Array> {
  const [part] = target.parts
  if (part && isCopy(target, chosen.type)) {
    const row = bytesOf(chosen.type, target.rowElements)
    return source.read(part.source.name, start * row, end * row)
  }
  return readRows(source, target, start, end, signal)
}

function isCopy({ parts }: TargetTensor, type: GgmlTypeName): boolean {
  const [part] = parts
  if (!part || parts.length > 1 || part.source.dtype !== type) return false
  return !part.headRows && !part.transpose && !part.plus && part.firstRow === 0
}

async function quantize(
  { tensor, start }: Slice,
  values: Float32Array,
  importance: Importance | undefined,
  error: RelativeError,
  signal: AbortSignal
): Promise<Uint8Array> {
  const { target, chosen } = tensor
  checkFinite(values, target.name)
  if (chosen.type === 'F32') return new Uint8Array(values.buffer, 0, values.byteLength)
  const weights = importanceOf(tensor, start, importance)
  const bytes = await quantizeRows(chosen.type, values, target.rowElements, weights, { signal })
  if (!isValid(bytes, chosen.type)) {
    throw new ModelError(
      'E_WEIGHTS_TOO_LARGE',
      `“${target.name}” holds weights that are too large for ${chosen.type}. Choose BF16, which keeps them.`,
      { params: { tensor: target.name, type: chosen.type } }
    )
  }
  await error.add(values, bytes, target.rowElements, signal)
  return bytes
}

function checked(bytes: Uint8Array, { target, chosen }: LaidOutTensor): Uint8Array {
  if (!isValid(bytes, chosen.type)) throw notFinite(target.name)
  return bytes
}

/** Whether all numbers in it, or all scales of its blocks, are finite. */
function isValid(bytes: Uint8Array, type: GgmlTypeName): boolean {
  return openLlama().native.ggml_validate_row_data(ggmlTypes[type].id, bytes, bytes.length)
}

function importanceOf({ target, chosen }: LaidOutTensor, start: number, importance?: Importance) {
  if (!ggmlTypes[chosen.type].quantized) return undefined
  const all = importance?.get(target.name)
  if (!all) return undefined
  const { rowElements, shape } = target
  const matrix = shape.length > 2 ? Math.floor(start / shape.at(-2)!) : 0
  return all.subarray(matrix * rowElements, (matrix + 1) * rowElements)
}

function checkFinite(values: Float32Array, tensor: string) {
  let finite = true

  for (let i = 0; i < values.length; i++) finite &&= Math.abs(values[i]!) < Infinity
  if (!finite) throw notFinite(tensor)
}

function notFinite(tensor: string): ModelError {
  return new ModelError(
    'E_WEIGHTS_NOT_FINITE',
    `“${tensor}” holds weights that are no numbers (NaN or infinite): the model is damaged or its training failed. It cannot be quantized.`,
    { params: { tensor } }
  )
}

async function write(
  sink: Sink,
  { tensor }: Slice,
  bytes: Uint8Array,
  outcome: TensorOutcome | null
): Promise<void> {
  await sink.write(bytes)
  if (!outcome) return
  const padding = padded(tensor.bytes) - tensor.bytes
  if (padding > 0) await sink.write(new Uint8Array(padding))
  await sink.finished(outcome)
}

function sourceBytes({ tensor: { target }, start, end }: Slice): number {
  const dtype = target.parts[0]?.source.dtype ?? 'F32'
  return (end - start) * target.rowElements * elementBytes(dtype)
}

/** Bytes per element; a fraction for blocks. */
function elementBytes(dtype: string): number {
  return bytesOf(dtype, 256) / 256
}

export function sourceBytesOf(tensor: LaidOutTensor): number {
  return sourceBytes({ tensor, start: 0, end: tensor.target.rows, last: true })
}

function outcomeOf(tensor: LaidOutTensor, error: RelativeError): TensorOutcome {
  const { target, chosen, bytes } = tensor
  const smaller = chosen.insteadOf
  return {
    name: target.name,
    shape: [...target.shape],
    from: target.parts[0]?.source.dtype ?? 'F32',
    to: chosen.type,
    bytesBefore: sourceBytesOf(tensor),
    bytesAfter: bytes,
    relativeError: error.value,
    ...(smaller && {
      note: note(
        'row_does_not_divide',
        `Its rows of ${target.rowElements} do not divide into blocks of ${smaller}; ${chosen.type} was taken.`,
        { row: target.rowElements, wanted: smaller, taken: chosen.type }
      ),
    }),
  }
}
