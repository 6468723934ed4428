import { attribute } from './attributes.js'
import type { OnnxGraph, OnnxNode, OnnxTensor } from './model.js'

/**
 * The constant values of a graph by name: initializers, `Constant` nodes, and both seen through
 * `Identity`, with which exporters share one tensor under several names.
 */
export class Constants {
  readonly #tensors = new Map<string, OnnxTensor>()
  readonly #turned = new Map<string, OnnxTensor>()

  constructor(graph: OnnxGraph, nodes: readonly OnnxNode[] = graph.nodes) {
    for (const [name, tensor] of graph.initializers) this.#tensors.set(name, tensor)
    for (const node of nodes) {
      const [output] = node.outputs
      if (node.domain !== '' || !output) continue
      if (node.opType === 'Constant') {
        const value = attribute(node, 'value')?.t
        if (value) this.#tensors.set(output, { ...value, name: output })
      } else if (node.opType === 'Transpose') {
        const value = this.#tensors.get(node.inputs[0] ?? '')
        const perm = attribute(node, 'perm')?.ints ?? [1, 0]
        if (value?.dims.length === 2 && perm.join() === '1,0') this.#turned.set(output, value)
      } else if (node.opType === 'Identity') {
        const value = this.#tensors.get(node.inputs[0] ?? '')
        if (value) this.#tensors.set(output, value)
      }
    }
  }

  get(name: string | undefined): OnnxTensor | undefined {
    return name ? this.#tensors.get(name) : undefined
  }

  /** The constant matrix whose transpose has this name. */
  turned(name: string | undefined): OnnxTensor | undefined {
    return name ? this.#turned.get(name) : undefined
  }
}
