import { damaged, externalData, invalid } from './errors.js'
import { MAX_RANK } from './limits.js'
import type { OnnxTensor, TensorData } from './model.js'
import { readEntry, type PieceReader } from './pieces.js'
import { DTYPE, TENSOR, dtypeBits } from './schema.js'
import { fields, packedVarints, type Field, type Range } from './wire_reader.js'

/** Typed lists whose packed form is the flat little-endian layout. */
const FLAT_LISTS: Record<number, number[]> = {
  [TENSOR.floatData]: [DTYPE.float],
  [TENSOR.doubleData]: [DTYPE.double],
}

const LISTS: number[] = [
  TENSOR.floatData,
  TENSOR.int32Data,
  TENSOR.stringData,
  TENSOR.int64Data,
  TENSOR.doubleData,
  TENSOR.uint64Data,
]

/**
 * A TensorProto without its values. Checks that dims, type and the amount of data agree.
 *
 * @throws ModelError `E_ONNX_DAMAGED`, `E_ONNX_INVALID`, `E_ONNX_EXTERNAL_MALFORMED`
 */
export function readTensor(pieces: PieceReader, range: Range): OnnxTensor {
  pieces.count()
  const raw = { name: '', dtype: 0, dims: [] as number[], isExternal: false, segmented: false }
  const external = new Map<string, string>()
  const lists: { field: number; range: Range; packed: boolean }[] = []
  let flat: Range | undefined
  for (const field of fields(pieces.file, range)) {
    if (field.number === TENSOR.dims) addDims(pieces, raw.dims, field)
    else if (field.number === TENSOR.dataType) raw.dtype = pieces.number(field)
    else if (field.number === TENSOR.name) raw.name = pieces.text(pieces.nested(field))
    else if (field.number === TENSOR.rawData) flat = pieces.nested(field)
    else if (field.number === TENSOR.segment) raw.segmented = true
    else if (field.number === TENSOR.dataLocation) raw.isExternal = pieces.number(field) === 1
    else if (field.number === TENSOR.externalData) {
      const [key, value] = readEntry(pieces, pieces.nested(field))
      external.set(key, value)
    } else if (LISTS.includes(field.number)) {
      pieces.count()
      const packed = field.wire === 2 && field.number !== TENSOR.stringData
      lists.push({ field: field.number, range: { start: field.start, end: field.end }, packed })
    }
  }
  const { name, dtype, dims } = raw
  if (raw.segmented) throw invalid(`the weights “${name}” are in segments, which nothing reads`)
  const elements = countElements(name, dims)
  const bits = dtypeBits(dtype)
  if (bits === undefined) throw invalid(`the weights “${name}” have an unknown type (${dtype})`)
  const bytes = Math.ceil((elements * bits) / 8)
  const data = raw.isExternal
    ? externalOf(name, external)
    : inFile(name, dtype, bytes, elements, flat, lists)
  return { name, dtype, dims, elements, bytes, data, range }
}

function addDims(pieces: PieceReader, dims: number[], field: Field): void {
  const values = field.wire === 0 ? [field.value] : packedVarints(pieces.file, pieces.nested(field))
  for (const value of values) {
    if (dims.length >= MAX_RANK) throw invalid(`weights with more than ${MAX_RANK} dimensions`)
    dims.push(value)
  }
}

function countElements(name: string, dims: number[]): number {
  let elements = 1
  for (const dim of dims) {
    elements *= dim
    if (dim < 0 || !Number.isSafeInteger(dim) || elements > 2 ** 48) {
      throw invalid(`the weights “${name}” have an impossible shape`, { tensor: name })
    }
  }
  return elements
}

function externalOf(name: string, entries: Map<string, string>): TensorData {
  const location = entries.get('location') ?? ''
  const offset = Number(entries.get('offset') ?? 0)
  const length = entries.has('length') ? Number(entries.get('length')) : null
  const whole = (value: number) => Number.isSafeInteger(value) && value >= 0
  if (!location || !whole(offset) || (length !== null && !whole(length))) {
    throw externalData('malformed', name, location)
  }
  return { kind: 'external', location, offset, length }
}

function inFile(
  name: string,
  dtype: number,
  bytes: number,
  elements: number,
  flat: Range | undefined,
  lists: { field: number; range: Range; packed: boolean }[]
): TensorData {
  const first = lists[0]
  if (flat && !first) {
    if (flat.end - flat.start !== bytes) throw wrongSize(name, bytes, flat.end - flat.start)
    return { kind: 'flat', range: flat }
  }
  if (!first) {
    if (elements > 0 && dtype !== DTYPE.undefined) throw wrongSize(name, bytes, 0)
    return { kind: 'flat', range: { start: 0, end: 0 } }
  }
  if (flat) throw invalid(`the weights “${name}” are there twice`, { tensor: name })
  if (lists.some((list) => list.field !== first.field)) throw damaged(first.range.start)
  if (lists.length === 1 && first.packed && FLAT_LISTS[first.field]?.includes(dtype)) {
    const found = first.range.end - first.range.start
    if (found !== bytes) throw wrongSize(name, bytes, found)
    return { kind: 'flat', range: first.range }
  }
  const packed = lists.every((list) => list.packed)
  if (!packed && lists.length !== elements) throw wrongSize(name, elements, lists.length)
  return { kind: 'listed', field: first.field, ranges: lists.map(({ range }) => range), packed }
}

function wrongSize(name: string, expected: number, found: number) {
  return invalid(
    `the weights “${name}” should take ${expected} bytes by their shape, but there are ${found}`,
    { tensor: name, expected, found }
  )
}
