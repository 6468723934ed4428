import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ModelError } from '../../shared/errors.js'
import { checkShardsPresent } from '../shard_index.js'
import { ShardedSource } from '../sharded_source.js'
import type { TensorSource } from '../tensor_source.js'
import { GgufFile } from './gguf_file.js'
import type { GgufMetadata } from './gguf_values.js'

export interface GgufSource extends TensorSource {
  metadata: GgufMetadata
  /** The files that the model consists of. */
  paths: string[]
}

/** Names that `llama-gguf-split` gives: `x-00001-of-0000N.gguf`. */
const PART = /^(.*)-\d{5}-of-(\d{5})\.gguf$/i

/**
 * Opens a GGUF file, or all parts of a split one when it is any of them. The metadata are those of
 * the first part.
 * @throws ModelError `E_GGUF_INVALID`, `E_FILE_TRUNCATED`, `E_SHARD_MISSING`
 */
export async function openGguf(path: string): Promise<GgufSource> {
  const file = await GgufFile.open(path)
  const count = file.metadata.number('split.count') ?? 1
  if (count <= 1) return Object.assign(file, { paths: [path] })
  await file.close()
  const files = await openParts(path, count)
  const first = files[0]!
  return Object.assign(new ShardedSource('gguf', files), {
    metadata: first.metadata,
    paths: files.map((part) => part.path),
  })
}

async function openParts(path: string, count: number): Promise<GgufFile[]> {
  const folder = dirname(path)
  const match = PART.exec(basename(path))
  if (!match || Number(match[2]) !== count) {
    throw mismatch(basename(path), `it should be called …-0000i-of-${five(count)}.gguf`)
  }
  const names = Array.from({ length: count }, (_, index) => {
    return `${match[1]}-${five(index + 1)}-of-${five(count)}.gguf`
  })
  checkShardsPresent({ folder, files: names, weightMap: null }, new Set(await readdir(folder)))
  const files: GgufFile[] = []
  try {
    for (const name of names) files.push(await GgufFile.open(join(folder, name)))
    checkParts(files, names, count)
  } catch (error) {
    await Promise.all(files.map((file) => file.close()))
    throw error
  }
  return files
}

function checkParts(files: GgufFile[], names: string[], count: number): void {
  const tensors = new Set<string>()
  let held = 0
  for (const [index, file] of files.entries()) {
    const number = file.metadata.number('split.no')
    if (number !== index || file.metadata.number('split.count') !== count) {
      throw mismatch(names[index]!, `it is not part ${index + 1} of ${count}`)
    }
    for (const name of file.tensors.keys()) tensors.add(name)
    held += file.tensors.size
  }
  const promised = files[0]?.metadata.number('split.tensors.count') ?? held
  if (tensors.size !== held || held !== promised) {
    throw mismatch(names[0]!, 'its parts do not hold the tensors that they should')
  }
}

function five(number: number): string {
  return String(number).padStart(5, '0')
}

function mismatch(file: string, detail: string): ModelError {
  return new ModelError(
    'E_GGUF_INVALID',
    `“${file}” is part of a split model, but ${detail}. Fetch all parts again.`,
    { params: { file, detail } }
  )
}
