import { subgraphs } from './attributes.js'
import type { OnnxGraph, OnnxModel } from './model.js'

const QUANTIZED =
  /^(QuantizeLinear|DequantizeLinear|DynamicQuantizeLinear|MatMulInteger|ConvInteger|QLinear\w+|MatMulNBits|MatMulBnb4|QAttention|QEmbedLayerNormalization|QGemm|DynamicQuantize\w+|MatMulIntegerToFloat|GatherBlockQuantized)$/

/** The operator that shows that a model was quantized before, or null. */
export function quantizedAlready({ graph }: OnnxModel): string | null {
  return find(graph)
}

function find(graph: OnnxGraph): string | null {
  for (const node of graph.nodes) {
    if (QUANTIZED.test(node.opType)) return node.opType
    for (const inner of subgraphs(node)) {
      const found = find(inner)
      if (found) return found
    }
  }
  return null
}
