import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SafetensorsFile } from '../formats/safetensors/safetensors_file.js'
import { writeSafetensors, type OutgoingTensor } from '../formats/safetensors/write_safetensors.js'
import type { TensorSource } from '../formats/tensor_source.js'
import type { TensorOutcome } from '../protocol.js'
import type { Solved } from './int4_context.js'

/**
 * Finished layers of an attempt, one file each. A layer counts when its outcomes stand beside its
 * tensors, both on the disk; whatever was killed in the middle of a layer does it again.
 */
export class LayerCheckpoint {
  readonly #open: TensorSource[] = []

  private constructor(
    readonly folder: string,
    private readonly layers: Map<number, TensorOutcome[]>
  ) {}

  /** @param identity everything that the layers depend on; with another one they are thrown away */
  static async open(parent: string, identity: unknown): Promise<LayerCheckpoint> {
    const key = createHash('sha256').update(JSON.stringify(identity)).digest('hex')
    const folder = join(parent, 'int4')
    const keyFile = join(folder, 'identity')
    const known = await readFile(keyFile, 'utf8').catch(() => null)
    if (known !== key) {
      await rm(folder, { recursive: true, force: true })
      await mkdir(folder, { recursive: true })
      await writeDurably(keyFile, key)
    }
    return new LayerCheckpoint(folder, new Map())
  }

  /** Looks which of the layers are finished. */
  async find(indexes: number[]): Promise<void> {
    for (const index of indexes) {
      const json = await readFile(this.#path(index, 'json'), 'utf8').catch(() => null)
      if (json) this.layers.set(index, JSON.parse(json) as TensorOutcome[])
    }
  }

  has(index: number): boolean {
    return this.layers.has(index)
  }

  outcomes(index: number): TensorOutcome[] {
    return this.layers.get(index) ?? []
  }

  async finish(index: number, { tensors, outcomes }: Solved, signal: AbortSignal): Promise<void> {
    await writeSafetensors(this.#path(index, 'safetensors'), tensors, { signal })
    await writeDurably(this.#path(index, 'json'), JSON.stringify(outcomes))
    this.layers.set(index, outcomes)
  }

  /** The tensors of a finished layer, read when they are asked for. */
  async tensors(index: number): Promise<OutgoingTensor[]> {
    const file = await SafetensorsFile.open(this.#path(index, 'safetensors'))
    this.#open.push(file)
    return [...file.tensors.values()].map(({ name, dtype, shape }) => {
      return { name, dtype, shape, data: () => file.read(name) }
    })
  }

  fileOf(index: number): string {
    return this.#path(index, 'safetensors')
  }

  /** Leaves the closing of a reader to this checkpoint. */
  closeWithMe(source: TensorSource): void {
    this.#open.push(source)
  }

  async close(): Promise<void> {
    for (const file of this.#open.splice(0)) await file.close()
  }

  /** Everything of the attempt is in its result now. */
  async remove(): Promise<void> {
    await this.close()
    await rm(this.folder, { recursive: true, force: true })
  }

  #path(index: number, extension: string): string {
    return join(this.folder, `layer-${String(index).padStart(5, '0')}.${extension}`)
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(`${path}.partial`, 'w')
  await file.writeFile(text)
  await file.sync()
  await file.close()
  await rename(`${path}.partial`, path)
}
