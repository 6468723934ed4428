import { type GgmlType, ggmlTypeById } from '../../llama/ggml_types.js'
import { countOf } from '../dtypes.js'
import type { TensorInfo } from '../tensor_source.js'
import { GgufMetadata, type GgufValue, VALUE_TYPES } from './gguf_values.js'
import { GgufError, GgufTruncated, HeaderCursor } from './header_cursor.js'
import { readArray, readScalar } from './read_values.js'

export interface GgufTensor extends TensorInfo {
  type: GgmlType
  /** From the start of the file. */
  offset: number
}

export interface GgufHeader {
  version: number
  alignment: number
  metadata: GgufMetadata
  /** In the file's order. */
  tensors: GgufTensor[]
}

/** `GGUF_DEFAULT_ALIGNMENT`. */
const DEFAULT_ALIGNMENT = 32
/** Memory pages of 64 KiB are the most that any writer aligns to. */
const MAX_ALIGNMENT = 65_536
/** `GGML_MAX_NAME` counts a final NUL. */
const MAX_NAME_BYTES = 63
const MAX_KEY_BYTES = 65_535
const MAX_DIMENSIONS = 4
/** Real files have under 100 properties and under 100,000 tensors. */
const MAX_PAIRS = 65_536
const MAX_TENSORS = 1_000_000

/** A key has 8 bytes of length, 1 of text, 4 of type and 1 of value; a tensor 8+1+4+8+4+8. */
const MIN_PAIR_BYTES = 14
const MIN_TENSOR_BYTES = 33

/**
 * Parses the header of a GGUF file, version 2 or 3, as strictly as `src/gguf.cpp` of ggml: no
 * empty or doubled names, whole blocks in each row, and tensors that lie one behind the other in
 * the order of the header, padded to the alignment, without gaps.
 *
 * @param bytes the start of the file; all of the header, or NeedMoreBytes is thrown
 * @throws GgufError, GgufTruncated, NeedMoreBytes
 */
export function parseGgufHeader(bytes: Uint8Array, fileBytes: number): GgufHeader {
  const cursor = new HeaderCursor(bytes, fileBytes)
  if (cursor.uint32() !== MAGIC) throw new GgufError('it does not start with “GGUF”')
  const version = cursor.uint32()
  checkVersion(version)
  const tensorCount = cursor.length('the number of tensors')
  const pairCount = cursor.length('the number of its properties')
  if (pairCount > MAX_PAIRS || tensorCount > MAX_TENSORS) {
    throw new GgufError('it claims more entries than any model has')
  }
  cursor.checkRoom(pairCount, MIN_PAIR_BYTES)
  cursor.checkRoom(tensorCount, MIN_TENSOR_BYTES)
  const metadata = new GgufMetadata(readPairs(cursor, pairCount))
  const alignment = alignmentOf(metadata)
  const tensors = readTensors(cursor, tensorCount)
  placeTensors(tensors, pad(cursor.at, alignment), alignment, fileBytes)
  return { version, alignment, metadata, tensors }
}

const MAGIC = Buffer.from('GGUF').readUInt32LE(0)

function checkVersion(version: number): void {
  if (version === 2 || version === 3) return
  if (version === 1) throw new GgufError('it is in version 1 of the format, of August 2023')
  if ((version & 0xffff) === 0) throw new GgufError('it is big-endian')
  throw new GgufError(`it is in version ${version} of the format; 2 and 3 are known`)
}

function readPairs(cursor: HeaderCursor, count: number): Map<string, GgufValue> {
  const pairs = new Map<string, GgufValue>()
  for (let i = 0; i < count; i++) {
    const key = cursor.text(MAX_KEY_BYTES)
    if (typeof key !== 'string' || key === '' || key.includes('\0')) {
      throw new GgufError('a property has no proper name')
    }
    if (pairs.has(key)) throw new GgufError(`its property “${key}” is there twice`)
    pairs.set(key, readValue(cursor, key))
  }
  return pairs
}

function readValue(cursor: HeaderCursor, key: string): GgufValue {
  const type = VALUE_TYPES[cursor.uint32()]
  if (!type) throw new GgufError(`its property “${key}” has an unknown type`)
  if (type !== 'array') return { type, value: readScalar(cursor, type) } as GgufValue
  const of = VALUE_TYPES[cursor.uint32()]
  if (!of || of === 'array') throw new GgufError(`the list “${key}” has an unknown type`)
  const count = cursor.length(`the length of “${key}”`)
  return { type, of, value: readArray(cursor, of, count) }
}

function alignmentOf(metadata: GgufMetadata): number {
  const entry = metadata.entries.get('general.alignment')
  if (!entry) return DEFAULT_ALIGNMENT
  const value = entry.value
  const isPowerOfTwo = typeof value === 'number' && value > 0 && (value & (value - 1)) === 0
  if (entry.type !== 'uint32' || !isPowerOfTwo || value > MAX_ALIGNMENT) {
    throw new GgufError('its alignment is not a power of two')
  }
  return value
}

function readTensors(cursor: HeaderCursor, count: number): GgufTensor[] {
  const names = new Set<string>()
  const tensors: GgufTensor[] = []
  for (let i = 0; i < count; i++) {
    const name = cursor.text(MAX_NAME_BYTES)
    if (typeof name !== 'string' || name === '') throw new GgufError('a tensor has no proper name')
    if (names.has(name)) throw new GgufError(`the tensor “${name}” is there twice`)
    names.add(name)
    tensors.push(readTensor(cursor, name))
  }
  return tensors
}

function readTensor(cursor: HeaderCursor, name: string): GgufTensor {
  const dimensions = cursor.uint32()
  if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
    throw new GgufError(`the tensor “${name}” has ${dimensions} dimensions`)
  }
  const shape: number[] = []
  for (let i = 0; i < dimensions; i++) shape.unshift(cursor.length(`a size of “${name}”`))
  const id = cursor.uint32()
  const type = ggmlTypeById(id)
  if (!type) throw new GgufError(`the tensor “${name}” has the type ${id}, which is not known`)
  const offset = cursor.length(`the offset of “${name}”`)
  const count = countOf(shape)
  const row = shape.at(-1) ?? 0
  if (count === undefined || row % type.blockElements !== 0) {
    throw new GgufError(`the sizes of the tensor “${name}” do not fit its type ${type.name}`)
  }
  const bytes = (count / type.blockElements) * type.blockBytes
  return { name, dtype: type.name, shape, type, bytes, offset }
}

/** Turns offsets from the start of the data into offsets in the file, checking each. */
function placeTensors(
  tensors: GgufTensor[],
  dataStart: number,
  alignment: number,
  fileBytes: number
): void {
  let expected = 0
  for (const tensor of tensors) {
    if (tensor.offset !== expected) {
      throw new GgufError(`the tensor “${tensor.name}” is not where it should be`)
    }
    tensor.offset += dataStart
    if (tensor.offset + tensor.bytes > fileBytes) {
      throw new GgufTruncated(`the data of the tensor “${tensor.name}” is missing`)
    }
    expected += pad(tensor.bytes, alignment)
  }
}

function pad(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment
}
