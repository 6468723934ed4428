import { type Dirent } from 'node:fs'
import { readFile, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ModelError } from '../shared/errors.js'

export interface ModelFile {
  /** Relative to the model's folder, with `/`. */
  name: string
  bytes: number
}

/** Small text files (configurations, cards) are read whole up to this size. */
const MAX_JSON_BYTES = 64 * 1024 * 1024
const MAX_FILES = 20_000
const MAX_DEPTH = 6

/**
 * The files of a folder and its sub-folders, sorted by name. Hidden ones are left out; links are
 * followed for files (a Hugging Face cache is made of them), never for folders.
 * @throws ModelError `E_TOO_MANY_FILES`
 */
export async function listModelFiles(folder: string): Promise<ModelFile[]> {
  const files: ModelFile[] = []
  await walk(folder, '', 0, files)
  return files.sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function walk(folder: string, prefix: string, depth: number, files: ModelFile[]) {
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue
    const name = prefix + entry.name
    if (entry.isDirectory()) {
      if (depth < MAX_DEPTH) await walk(folder, `${name}/`, depth + 1, files)
      continue
    }
    const bytes = await sizeOf(entry, join(folder, name))
    if (bytes !== null) files.push({ name, bytes })
    if (files.length > MAX_FILES) {
      throw new ModelError('E_TOO_MANY_FILES', `The folder holds more than ${MAX_FILES} files.`, {
        params: { limit: MAX_FILES },
      })
    }
  }
}

/** Bytes of a regular file, also behind a link; null for anything else. */
async function sizeOf(entry: Dirent, path: string): Promise<number | null> {
  if (!entry.isFile() && !entry.isSymbolicLink()) return null
  const stats = await stat(path).catch(() => null)
  return stats?.isFile() ? stats.size : null
}

/**
 * A JSON object of a model's folder, such as `config.json`.
 * @throws ModelError `E_CONFIG_INVALID` when it is no JSON object or larger than 64 MiB
 */
export async function readJsonFile(path: string): Promise<Record<string, unknown>> {
  const { size } = await stat(path)
  if (size > MAX_JSON_BYTES) throw invalid(path, `it has ${size} bytes`)
  let json: unknown
  try {
    const text = await readFile(path, 'utf8')
    json = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw invalid(path, 'it is not JSON', cause)
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json)) {
    throw invalid(path, 'it is not a JSON object')
  }
  return json as Record<string, unknown>
}

function invalid(path: string, detail: string, cause?: unknown): ModelError {
  const file = basename(path)
  return new ModelError('E_CONFIG_INVALID', `“${file}” cannot be read: ${detail}.`, {
    params: { file, detail },
    cause,
  })
}
