import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type ShardIndex, checkIndex, checkShardsPresent } from './shard_index.js'
import type { TensorInfo, TensorSource } from './tensor_source.js'

/** Several files that are one model. */
export class ShardedSource implements TensorSource {
  readonly tensors: ReadonlyMap<string, TensorInfo>
  private readonly owners: ReadonlyMap<string, TensorSource>

  constructor(
    readonly format: TensorSource['format'],
    private readonly shards: readonly TensorSource[]
  ) {
    const tensors = new Map<string, TensorInfo>()
    const owners = new Map<string, TensorSource>()
    for (const shard of shards) {
      for (const [name, tensor] of shard.tensors) {
        tensors.set(name, tensor)
        owners.set(name, shard)
      }
    }
    this.tensors = tensors
    this.owners = owners
  }

  async read(name: string, start?: number, end?: number): Promise<Uint8Array> {
    const owner = this.owners.get(name)
    if (!owner) throw new RangeError(`No tensor “${name}”`)
    return owner.read(name, start, end)
  }

  async close(): Promise<void> {
    await Promise.all(this.shards.map((shard) => shard.close()))
  }
}

/**
 * Opens every shard of an index and checks that they agree with it.
 * @throws ModelError `E_SHARD_MISSING`, `E_INDEX_MISMATCH`, and what `open` throws.
 */
export async function openShards(
  index: ShardIndex,
  format: TensorSource['format'],
  open: (path: string) => Promise<TensorSource>
): Promise<ShardedSource> {
  checkShardsPresent(index, new Set(await readdir(index.folder)))
  const shards = new Map<string, TensorSource>()
  try {
    for (const file of index.files) shards.set(file, await open(join(index.folder, file)))
    checkIndex(index, new Map([...shards].map(([file, shard]) => [file, shard.tensors.keys()])))
  } catch (error) {
    await Promise.all([...shards.values()].map((shard) => shard.close()))
    throw error
  }
  return new ShardedSource(format, [...shards.values()])
}
