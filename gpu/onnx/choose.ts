import type { Note } from '../protocol.js'
import { note } from '../shared/errors.js'
import { attribute, floatOf, intOf, labelOf } from './attributes.js'
import type { Constants } from './constants.js'
import type { Int8Settings } from './int8_options.js'
import type { OnnxNode, OnnxTensor } from './model.js'
import { DTYPE, dtypeName } from './schema.js'

/** What to do with a node that could be quantized by its operator. */
export type Choice =
  | { kind: 'matmul'; weight: OnnxTensor; transposed: boolean }
  | { kind: 'gemm'; weight: OnnxTensor; transposed: boolean }
  | { kind: 'conv'; weight: OnnxTensor }
  | { kind: 'gather'; weight: OnnxTensor }
  | { kind: 'lstm'; weight: OnnxTensor; recurrent: OnnxTensor }
  | { kind: 'attention'; weight: OnnxTensor }
  | { kind: 'embedding'; tables: (OnnxTensor | null)[] }
  | { kind: 'left'; note: Note | null }

/** The tensors that a choice makes 8-bit. */
export function weightsOf(choice: Choice): OnnxTensor[] {
  switch (choice.kind) {
    case 'left':
      return []
    case 'embedding':
      return choice.tables.filter((table) => table !== null)
    case 'lstm':
      return [choice.weight, choice.recurrent]
    default:
      return [choice.weight]
  }
}

const MICROSOFT = 'com.microsoft'

const leave = (reason: Note | null = null): Choice => ({ kind: 'left', note: reason })

export interface ChoiceContext {
  settings: Int8Settings
  constants: Constants
  /** How many nodes take a value, by its name. */
  uses: ReadonlyMap<string, number>
  opset: number
}

/**
 * Whether and how a node is quantized, after the rules of ONNX Runtime's `quantize_dynamic`
 * (onnxruntime/quantization/operators, 1.30). Where those rules lose accuracy or make a model
 * that the CPU cannot run, the node is left alone and the note says why; naming the node in
 * `includeNodes` overrides a trap of accuracy.
 */
export function choose(node: OnnxNode, context: ChoiceContext): Choice {
  const { settings } = context
  const type = node.opType
  if (!settings.opTypes.has(type) || !isWanted(node, settings)) return leave()
  if (node.domain === '') {
    if (type === 'MatMul') return matmul(node, context)
    if (type === 'Gemm') return gemm(node, context)
    if (type === 'Conv') return conv(node, context)
    if (type === 'Gather') return gather(node, context)
    if (type === 'LSTM') return lstm(node, context)
  }
  if (node.domain === MICROSOFT) {
    if (type === 'Attention') return attention(node, context)
    if (type === 'EmbedLayerNormalization') return embedding(node, context)
  }
  return leave()
}

function isWanted(node: OnnxNode, { includeNodes, excludeNodes }: Int8Settings): boolean {
  if (isNamed(node, excludeNodes)) return false
  return includeNodes.size === 0 || isNamed(node, includeNodes)
}

/** ONNX Runtime's users know a Gemm as `<name>_MatMul`. */
export function isNamed(node: OnnxNode, names: ReadonlySet<string>): boolean {
  const label = labelOf(node)
  return names.has(label) || (node.opType === 'Gemm' && names.has(`${label}_MatMul`))
}

function matmul(node: OnnxNode, { constants, uses }: ChoiceContext): Choice {
  const turned = constants.turned(node.inputs[1])
  // A matrix that is also an embedding table would be stored twice.
  const weight = turned && uses.get(turned.name) === 1 ? turned : constants.get(node.inputs[1])
  if (!weight) return leave()
  if (!isFloat(weight)) return leave(wrongType(node, weight))
  if (weight.dims.length < 1 || weight.elements === 0) return leave(empty(node, weight))
  return { kind: 'matmul', weight, transposed: weight === turned }
}

/** Only alpha = beta = 1 without transA has the same meaning as MatMul and Add. */
function gemm(node: OnnxNode, { constants }: ChoiceContext): Choice {
  const isPlain =
    floatOf(node, 'alpha', 1) === 1 &&
    floatOf(node, 'beta', 1) === 1 &&
    intOf(node, 'transA', 0) === 0
  const weight = constants.get(node.inputs[1])
  if (!weight) return leave()
  if (!isPlain) {
    return leave(
      note(
        'gemm_scaled_left_alone',
        `${labelOf(node)}: a Gemm with alpha, beta or transA has no INT8 form; left as it is.`,
        { node: labelOf(node) }
      )
    )
  }
  if (!isFloat(weight)) return leave(wrongType(node, weight))
  if (weight.dims.length !== 2 || weight.elements === 0) return leave(empty(node, weight))
  return { kind: 'gemm', weight, transposed: intOf(node, 'transB', 0) !== 0 }
}

/**
 * Depthwise convolutions have a handful of weights per channel and one scale for all channels:
 * their accuracy collapses while almost nothing is saved.
 */
function conv(node: OnnxNode, { constants, settings }: ChoiceContext): Choice {
  const weight = constants.get(node.inputs[1])
  if (!weight) return leave()
  if (!isFloat(weight)) return leave(wrongType(node, weight))
  if (weight.dims.length < 3 || weight.elements === 0) return leave(empty(node, weight))
  const groups = intOf(node, 'group', 1)
  if (groups > 1 && weight.dims[1] === 1 && !isNamed(node, settings.includeNodes)) {
    return leave(
      note(
        'depthwise_conv_left_alone',
        `${labelOf(node)}: a depthwise convolution loses too much accuracy in INT8; left as it is.`,
        { node: labelOf(node) }
      )
    )
  }
  return { kind: 'conv', weight }
}

function gather(node: OnnxNode, { constants, opset }: ChoiceContext): Choice {
  const weight = constants.get(node.inputs[0])
  if (!weight || !isFloat(weight)) return leave()
  // DequantizeLinear gives float16 from opset 19 on.
  if (weight.dtype === DTYPE.float16 && opset < 19) return leave(wrongType(node, weight))
  if (weight.elements === 0) return leave(empty(node, weight))
  return { kind: 'gather', weight }
}

function lstm(node: OnnxNode, { constants }: ChoiceContext): Choice {
  const weight = constants.get(node.inputs[1])
  const recurrent = constants.get(node.inputs[2])
  if (!weight || !recurrent) return leave()
  for (const tensor of [weight, recurrent]) {
    if (tensor.dtype !== DTYPE.float) return leave(wrongType(node, tensor))
    if (tensor.dims.length !== 3 || tensor.elements === 0) return leave(empty(node, tensor))
  }
  if (intOf(node, 'layout', 0) !== 0) {
    return leave(
      note(
        'lstm_layout_left_alone',
        `${labelOf(node)}: an LSTM with the batch first has no INT8 form; left as it is.`,
        { node: labelOf(node) }
      )
    )
  }
  return { kind: 'lstm', weight, recurrent }
}

/** Attributes of QAttention (onnxruntime/core/graph/contrib_ops, 1.30) that Attention shares. */
const ATTENTION_ATTRIBUTES = new Set([
  'num_heads',
  'unidirectional',
  'do_rotary',
  'past_present_share_buffer',
  'mask_filter_value',
])

function attention(node: OnnxNode, { constants }: ChoiceContext): Choice {
  const weight = constants.get(node.inputs[1])
  if (!weight) return leave()
  if (weight.dtype !== DTYPE.float) return leave(wrongType(node, weight))
  if (weight.dims.length !== 2 || weight.elements === 0) return leave(empty(node, weight))
  const isKnown =
    !!node.inputs[2] &&
    node.inputs.slice(5).every((input) => !input) &&
    node.attributes.every(({ name }) => ATTENTION_ATTRIBUTES.has(name))
  if (!isKnown) {
    return leave(
      note(
        'attention_left_alone',
        `${labelOf(node)}: this form of Attention has no INT8 form in ONNX Runtime; left as it is.`,
        { node: labelOf(node) }
      )
    )
  }
  return { kind: 'attention', weight }
}

function embedding(node: OnnxNode, { constants }: ChoiceContext): Choice {
  const names = [2, 3, 4, 5, 6].map((index) => node.inputs[index] ?? '')
  const tables = names.map((name) => constants.get(name) ?? null)
  const isWhole = names.every((name, index) => {
    const table = tables[index]
    return name === '' ? index === 2 : table?.dtype === DTYPE.float && table.elements > 0
  })
  const isPlain =
    node.outputs.filter((output) => output).length <= 2 &&
    !node.inputs[8] &&
    (attribute(node, 'mask_index_type')?.i ?? 0) === 0
  if (!isWhole || !isPlain) {
    return leave(
      note(
        'embedding_left_alone',
        `${labelOf(node)}: this form of EmbedLayerNormalization has no INT8 form; left as it is.`,
        { node: labelOf(node) }
      )
    )
  }
  return { kind: 'embedding', tables }
}

function isFloat({ dtype }: OnnxTensor): boolean {
  return dtype === DTYPE.float || dtype === DTYPE.float16
}

function wrongType(node: OnnxNode, { dtype }: OnnxTensor): Note {
  return note(
    'weight_type_left_alone',
    `${labelOf(node)}: its weights are ${dtypeName(dtype)}, which has no INT8 form here; left as they are.`,
    { node: labelOf(node), dtype: dtypeName(dtype) }
  )
}

function empty(node: OnnxNode, { name }: OnnxTensor): Note {
  return note(
    'weight_shape_left_alone',
    `${labelOf(node)}: the weights “${name}” have no values or a shape that does not fit; left as they are.`,
    { node: labelOf(node), tensor: name }
  )
}
