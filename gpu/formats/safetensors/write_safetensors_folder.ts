import { createHash } from 'node:crypto'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { WrittenFile } from '../../protocol.js'
import {
  type OutgoingTensor,
  type WriteOptions,
  bytesOfTensor,
  writeSafetensors,
} from './write_safetensors.js'

/** What `transformers` and AutoAWQ write by default. */
export const DEFAULT_SHARD_BYTES = 5_000_000_000

/**
 * Writes the weights of a model into an existing folder: `model.safetensors`, or, when they do not
 * fit one file of `maxShardBytes`, `model-0000i-of-0000N.safetensors` with
 * `model.safetensors.index.json`. Tensors stay in the given order across shards.
 */
export async function writeSafetensorsFolder(
  folder: string,
  tensors: readonly OutgoingTensor[],
  options: WriteOptions & { maxShardBytes?: number } = {}
): Promise<WrittenFile[]> {
  const shards = splitShards(tensors, options.maxShardBytes ?? DEFAULT_SHARD_BYTES)
  const written: WrittenFile[] = []
  const weightMap: Record<string, string> = {}
  for (const [index, shard] of shards.entries()) {
    const name = shardName(index, shards.length)
    for (const tensor of shard) weightMap[tensor.name] = name
    written.push(await writeSafetensors(join(folder, name), shard, options))
  }
  if (shards.length > 1) written.push(await writeIndex(folder, tensors, weightMap))
  return written
}

/** Fills each shard up to the limit; a larger tensor has a shard for itself. */
function splitShards(tensors: readonly OutgoingTensor[], maxBytes: number): OutgoingTensor[][] {
  const shards: OutgoingTensor[][] = [[]]
  let bytes = 0
  for (const tensor of tensors) {
    const size = bytesOfTensor(tensor)
    if (bytes > 0 && bytes + size > maxBytes) {
      shards.push([])
      bytes = 0
    }
    shards.at(-1)?.push(tensor)
    bytes += size
  }
  return shards
}

function shardName(index: number, count: number): string {
  if (count === 1) return 'model.safetensors'
  const padded = (number: number) => String(number).padStart(5, '0')
  return `model-${padded(index + 1)}-of-${padded(count)}.safetensors`
}

async function writeIndex(
  folder: string,
  tensors: readonly OutgoingTensor[],
  weightMap: Record<string, string>
): Promise<WrittenFile> {
  const name = 'model.safetensors.index.json'
  const totalSize = tensors.reduce((sum, tensor) => sum + bytesOfTensor(tensor), 0)
  const index = { metadata: { total_size: totalSize }, weight_map: weightMap }
  const json = Buffer.from(JSON.stringify(index, null, 2) + '\n')
  const partial = join(folder, `.${name}.partial`)
  await writeFile(partial, json, { flush: true })
  await rename(partial, join(folder, name))
  return { name, bytes: json.length, sha256: createHash('sha256').update(json).digest('hex') }
}
