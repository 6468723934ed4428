import { ModelError } from '../shared/errors.js'
import type { StatisticKind } from './statistics.js'

export interface Linear {
  name: string
  columns: number
  matrices: number
  kinds: readonly StatisticKind[]
  /** Weights with the same number read the same input and share its statistics. */
  group: number
}

/** `blk.12.attn_q.weight` is of layer 12; what belongs to no layer comes last. */
function layerOf(name: string): number {
  const match = /^blk\.(\d+)\./.exec(name)
  return match ? Number(match[1]) : Infinity
}

function hessianBytes(linears: Linear[]): number {
  const groups = new Map<number, number>()
  for (const { group, columns, matrices, kinds } of linears) {
    if (kinds.includes('hessian')) groups.set(group, matrices * columns ** 2 * 4)
  }
  return [...groups.values()].reduce((sum, bytes) => sum + bytes, 0)
}

/**
 * Divides the layers into passes whose Hessians fit into memory, in the order of the model.
 *
 * @throws {ModelError} E_OUT_OF_MEMORY when one layer alone does not fit.
 */
export function planPasses(linears: Linear[], memoryBytes: number): Linear[][] {
  const layers = Map.groupBy(linears, ({ name }) => layerOf(name))
  const passes: Linear[][] = []
  let pass: Linear[] = []
  for (const layer of [...layers.keys()].sort((a, b) => a - b)) {
    const members = layers.get(layer)!
    const bytes = hessianBytes(members)
    if (bytes > memoryBytes) {
      const [needed, free] = [bytes, memoryBytes].map((value) => (value / 1e9).toFixed(1)) as [
        string,
        string,
      ]
      throw new ModelError(
        'E_OUT_OF_MEMORY',
        `Calibrating this model takes ${needed} GB of memory per layer and ${free} GB are free. AWQ and GGUF with an importance matrix need far less.`,
        { params: { needed, free } }
      )
    }
    if (pass.length > 0 && hessianBytes([...pass, ...members]) > memoryBytes) {
      passes.push(pass)
      pass = []
    }
    pass.push(...members)
  }
  if (pass.length > 0) passes.push(pass)
  return passes
}
