import { ModelError } from '../../shared/errors.js'
import { bitsOf, countOf } from '../dtypes.js'
import type { TensorInfo } from '../tensor_source.js'
import { HeaderJson } from './header_json.js'

/** The reference reader's limit, `MAX_HEADER_SIZE` in `safetensors/src/tensor.rs`. */
export const MAX_HEADER_BYTES = 100_000_000

/** No tensor of a real model has more; the format itself has no limit. */
const MAX_DIMENSIONS = 32

export interface SafetensorsEntry extends TensorInfo {
  /** First byte, counted from the start of the data behind the header. */
  begin: number
}

export interface SafetensorsHeader {
  /** By position in the file. */
  entries: SafetensorsEntry[]
  metadata: Record<string, string>
}

/**
 * Parses and checks a header by the rules of the reference reader, in its order: JSON of the right
 * shape, no name twice, data without holes or overlaps, sizes that match dtype and shape, data
 * that fills the file to its last byte.
 *
 * @param json the N bytes behind the length
 * @param dataBytes bytes of the file behind the header
 * @throws ModelError `E_SAFETENSORS_HEADER`, `E_SAFETENSORS_OFFSETS`, `E_SAFETENSORS_TENSOR`,
 *   `E_FILE_TRUNCATED`, `E_SAFETENSORS_TRAILING`
 */
export function parseHeader(json: Uint8Array, dataBytes: number, file: string): SafetensorsHeader {
  const { entries, metadata } = parseJson(json, file)
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end)
  let end = 0
  for (const entry of entries) {
    if (entry.begin !== end || entry.end < entry.begin) throw badOffsets(file, entry.name)
    checkSize(entry, file)
    end = entry.end
  }
  if (end > dataBytes) throw truncated(file, end, dataBytes)
  if (end < dataBytes) throw trailing(file, dataBytes - end)
  return {
    metadata,
    entries: entries.map(({ name, dtype, shape, begin, end: last }) => {
      return { name, dtype, shape, bytes: last - begin, begin }
    }),
  }
}

interface Entry {
  name: string
  dtype: string
  shape: number[]
  begin: number
  end: number
}

function parseJson(
  bytes: Uint8Array,
  file: string
): { entries: Entry[]; metadata: Record<string, string> } {
  const entries: Entry[] = []
  const metadata: Record<string, string> = Object.create(null)
  const json = new HeaderJson(bytes)
  try {
    json.object((name) => {
      if (name !== '__metadata__') entries.push(parseEntry(json, name))
      else json.object((key) => (metadata[key] = json.string()))
    })
    json.end()
  } catch (cause) {
    const detail = (cause as Error).message
    throw new ModelError(
      'E_SAFETENSORS_HEADER',
      `“${file}” is not a valid safetensors file: ${detail}. Fetch or export it again.`,
      { params: { file, detail }, cause }
    )
  }
  return { entries, metadata }
}

function parseEntry(json: HeaderJson, name: string): Entry {
  let dtype: string | undefined
  let shape: number[] | undefined
  let offsets: number[] | undefined
  json.object((key) => {
    if (key === 'dtype') dtype = json.string()
    else if (key === 'shape') shape = json.naturals(MAX_DIMENSIONS)
    else if (key === 'data_offsets') offsets = json.naturals(2)
    else throw new SyntaxError(`“${name}” has an unknown field “${key}”`)
  })
  const [begin, end] = offsets ?? []
  if (dtype === undefined || !shape || begin === undefined || end === undefined) {
    throw new SyntaxError(`“${name}” lacks its dtype, shape or offsets`)
  }
  return { name, dtype, shape, begin, end }
}

function checkSize(entry: Entry, file: string): void {
  const { name, dtype, shape } = entry
  const bits = bitsOf(dtype)
  const count = countOf(shape)
  const total = bits === undefined || count === undefined ? undefined : bits * count
  if (total !== undefined && total === (entry.end - entry.begin) * 8) return
  const tensor = `${dtype} [${shape.join(', ')}]`
  throw new ModelError(
    'E_SAFETENSORS_TENSOR',
    bits === undefined
      ? `The tensor “${name}” of “${file}” has an unknown type “${dtype}”.`
      : `The tensor “${name}” of “${file}” is declared as ${tensor}, which does not match its size in the file.`,
    { params: { file, name, dtype } }
  )
}

function badOffsets(file: string, name: string): ModelError {
  return new ModelError(
    'E_SAFETENSORS_OFFSETS',
    `The tensor “${name}” of “${file}” overlaps another one or leaves a hole before it. The file is damaged or was made by a faulty tool.`,
    { params: { file, name } }
  )
}

function truncated(file: string, expected: number, bytes: number): ModelError {
  return new ModelError(
    'E_FILE_TRUNCATED',
    `“${file}” ends too early: its header promises ${expected} bytes of tensors, ${bytes} are there. The download or upload was probably cut off; fetch the file again.`,
    { params: { file, bytes, expected } }
  )
}

function trailing(file: string, bytes: number): ModelError {
  return new ModelError(
    'E_SAFETENSORS_TRAILING',
    `“${file}” has ${bytes} bytes behind its last tensor that belong to nothing. Fetch or export it again.`,
    { params: { file, bytes } }
  )
}
