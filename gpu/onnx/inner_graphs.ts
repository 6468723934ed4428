import type { Note } from '../protocol.js'
import { note } from '../shared/errors.js'
import { subgraphs } from './attributes.js'
import { OPERATORS } from './int8_options.js'
import type { OnnxGraph } from './model.js'

/** Nodes inside an inner graph that could be quantized by their operator. */
export function candidates(graph: OnnxGraph): number {
  return graph.nodes.reduce((sum, node) => {
    const isOne = (OPERATORS as readonly string[]).includes(node.opType)
    return subgraphs(node).reduce((inner, one) => inner + candidates(one), sum + (isOne ? 1 : 0))
  }, 0)
}

export function subgraphNote(nodes: number): Note {
  return note(
    'subgraphs_left_alone',
    `${nodes} operators inside If, Loop or Scan are left as they are.`,
    { nodes }
  )
}
