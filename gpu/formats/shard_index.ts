import { readFile, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { ModelError } from '../shared/errors.js'

/** More than the largest index there is (tens of thousands of experts) by an order of magnitude. */
const MAX_INDEX_BYTES = 64 * 1024 * 1024

/** `model.safetensors.index.json` or `pytorch_model.bin.index.json`: which file has which tensor. */
export interface ShardIndex {
  folder: string
  /** Shard files, in order of first mention. */
  files: string[]
  /** File of each tensor; null when the set is known by its file names only. */
  weightMap: ReadonlyMap<string, string> | null
}

/**
 * Reads an index without trusting it: file names must be plain names in the index's own folder.
 * @throws ModelError `E_INDEX_INVALID`
 */
export async function readShardIndex(path: string): Promise<ShardIndex> {
  const weightMap = await readWeightMap(path)
  const files = new Set<string>()
  for (const [tensor, file] of weightMap) {
    if (!isPlainName(file)) {
      throw invalid(path, `“${tensor}” points outside the folder, to “${file.slice(0, 200)}”`)
    }
    files.add(file)
  }
  return { folder: dirname(path), files: [...files], weightMap }
}

/**
 * The tensors that the index names and the ones that the files hold must be the same, as
 * llama.cpp's converter demands.
 * @param held names of the tensors in each file
 * @throws ModelError `E_INDEX_MISMATCH`
 */
export function checkIndex(index: ShardIndex, held: ReadonlyMap<string, Iterable<string>>): void {
  const where = new Map<string, string>()
  for (const [file, names] of held) {
    for (const name of names) {
      if (where.has(name)) throw mismatch(`“${name}” is in both ${where.get(name)} and ${file}`)
      where.set(name, file)
      if (index.weightMap && !index.weightMap.has(name))
        throw mismatch(`the index does not know “${name}” of ${file}`)
    }
  }
  for (const [name, file] of index.weightMap ?? []) {
    if (where.get(name) !== file) throw mismatch(`“${name}” is not in ${file}`)
  }
}

async function readWeightMap(path: string): Promise<Map<string, string>> {
  const { size } = await stat(path)
  if (size > MAX_INDEX_BYTES) throw invalid(path, `it has ${size} bytes`)
  let json: unknown
  try {
    json = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw invalid(path, 'it is not JSON', cause)
  }
  const map = (json as { weight_map?: unknown } | null)?.weight_map
  if (map === null || typeof map !== 'object' || Array.isArray(map)) {
    throw invalid(path, 'it has no weight_map')
  }
  const entries = Object.entries(map)
  if (entries.length === 0) throw invalid(path, 'its weight_map is empty')
  for (const [tensor, file] of entries) {
    if (typeof file !== 'string') throw invalid(path, `the file of “${tensor}” is not a text`)
  }
  return new Map(entries as [string, string][])
}

function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name)
}

function invalid(path: string, detail: string, cause?: unknown): ModelError {
  const file = basename(path)
  return new ModelError('E_INDEX_INVALID', `The index “${file}” cannot be used: ${detail}.`, {
    params: { file, detail },
    cause,
  })
}

function mismatch(detail: string): ModelError {
  return new ModelError(
    'E_INDEX_MISMATCH',
    `The index of the model and its files do not agree: ${detail}. Fetch the missing or newer files.`,
    { params: { detail } }
  )
}

/** @throws ModelError `E_SHARD_MISSING` when a file that the index names is not in the folder. */
export function checkShardsPresent(index: ShardIndex, present: ReadonlySet<string>): void {
  const missing = index.files.filter((file) => !present.has(file)).sort()
  if (missing.length === 0) return
  const first = missing.slice(0, 5).join(', ')
  const more = missing.length > 5 ? ` and ${missing.length - 5} more` : ''
  throw new ModelError(
    'E_SHARD_MISSING',
    `${missing.length} of the ${index.files.length} files of this model are missing: ${first}${more}. Add them to the folder and try again.`,
    { params: { missing: missing.length, total: index.files.length, files: `${first}${more}` } }
  )
}
