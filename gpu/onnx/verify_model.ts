import { ModelError } from '../shared/errors.js'
import { labelOf } from './attributes.js'
import { checkGraph } from './check_graph.js'
import type { OnnxGraph, OnnxNode, OnnxTensor } from './model.js'
import { readOnnxModel } from './read_model.js'
import { DTYPE } from './schema.js'
import { TensorValues } from './tensor_values.js'

/** Inputs that hold 8-bit weights, by operator: [weights, zero point, scale]. */
const WEIGHTS: Record<string, [weight: number, zeroPoint: number, scale?: number][]> = {
  MatMulInteger: [[1, 3]],
  ConvInteger: [[1, 3]],
  DequantizeLinear: [[0, 2, 1]],
  QAttention: [[1, 7, 4]],
  DynamicQuantizeLSTM: [
    [1, 9, 8],
    [2, 11, 10],
  ],
}

/**
 * Reads a written model again and holds it against the rules: a whole protobuf, a graph in order,
 * weights where the file says they are, and 8-bit weights that fit their zero points and scales.
 *
 * @returns how many of the model's tensors are 8-bit
 * @throws ModelError when anything is wrong
 */
export async function verifyModel(path: string): Promise<number> {
  const model = readOnnxModel(path)
  const values = new TensorValues(model)
  try {
    checkGraph(model)
    const { graph } = model
    for (const tensor of graph.initializers.values()) await values.place(tensor)
    for (const node of graph.nodes) checkWeights(graph, node)
    return [...graph.initializers.values()].filter(isByte).length
  } finally {
    await values.close()
    model.file.close()
  }
}

function checkWeights({ initializers }: OnnxGraph, node: OnnxNode): void {
  for (const [weight, zeroPoint, scale] of WEIGHTS[node.opType] ?? []) {
    const tensor = initializers.get(node.inputs[weight] ?? '')
    if (!tensor) continue
    const zero = initializers.get(node.inputs[zeroPoint] ?? '')
    const step = scale === undefined ? undefined : initializers.get(node.inputs[scale] ?? '')
    const fits =
      isByte(tensor) &&
      zero?.dtype === tensor.dtype &&
      tensor.elements % Math.max(1, zero.elements) === 0 &&
      (scale === undefined || (step?.dtype === DTYPE.float && step.elements === zero.elements))
    if (fits) continue
    throw new ModelError(
      'E_ONNX_VERIFY',
      `The written model failed its check at “${labelOf(node)}”. Nothing was kept; please report this.`,
      { params: { node: labelOf(node) } }
    )
  }
}

function isByte({ dtype, dims }: OnnxTensor): boolean {
  return (dtype === DTYPE.int8 || dtype === DTYPE.uint8) && dims.length > 0
}
