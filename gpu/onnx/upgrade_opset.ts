import { ModelError } from '../shared/errors.js'
import { attribute, floatOf, intOf, labelOf, stringAttribute, subgraphs } from './attributes.js'
import type { OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode } from './model.js'
import { smallFloats, smallInts, type SmallTensor } from './small_tensor.js'
import { namesOf, neededNames } from './uses.js'

/** DynamicQuantizeLinear came with opset 11. */
export const NEEDED_OPSET = 11

/** Before it, attributes had defaults that were dropped later. */
const OLDEST_OPSET = 4

/**
 * The nodes of a model in opset 11, for models in opset 4 to 10. What changed between is in
 * https://github.com/onnx/onnx/blob/main/docs/Changelog.md: mostly attributes that became inputs.
 *
 * @throws ModelError `E_ONNX_OPSET` for an operator that cannot be carried over
 */
export function upgradeOpset(model: OnnxModel): { nodes: OnnxNode[]; constants: SmallTensor[] } {
  const { graph, opsets } = model
  const needed = neededNames(graph, graph.nodes)
  const upgrade = new Upgrade(opsets.get('') ?? 1, namesOf(graph), needed)
  const nodes = graph.nodes.flatMap((node) => upgrade.node(node))
  return { nodes, constants: upgrade.constants }
}

type Change = (node: OnnxNode, upgrade: Upgrade) => OnnxNode[]

class Upgrade {
  readonly constants: SmallTensor[] = []

  constructor(
    readonly opset: number,
    readonly names: Set<string>,
    readonly needed: ReadonlySet<string>
  ) {}

  node(node: OnnxNode): OnnxNode[] {
    if (node.domain !== '') return [node]
    if (this.opset < OLDEST_OPSET) throw cannot(node, this.opset)
    this.#refuseInner(node)
    const changes = CHANGES[node.opType]?.filter(([since]) => this.opset < since) ?? []
    let nodes = [withoutOld(node, this.opset)]
    for (const [, change] of changes) nodes = nodes.flatMap((one) => change(one, this))
    return nodes
  }

  ints(wish: string, values: number[]): string {
    const name = this.fresh(wish)
    this.constants.push(smallInts(name, values))
    return name
  }

  floats(wish: string, values: number[], dims?: number[]): string {
    const name = this.fresh(wish)
    this.constants.push(smallFloats(name, values, dims))
    return name
  }

  fresh(wish: string): string {
    let name = wish
    for (let i = 1; this.names.has(name); i++) name = `${wish}_${i}`
    this.names.add(name)
    return name
  }

  /** Operators inside If and Loop are left alone, so they must mean the same in opset 11. */
  #refuseInner(node: OnnxNode): void {
    const check = (graph: OnnxGraph) => {
      for (const inner of graph.nodes) {
        const isSame = !CHANGES[inner.opType]?.some(([since]) => this.opset < since)
        if (inner.domain === '' && !(isSame && this.opset >= 7)) throw cannot(inner, this.opset)
        subgraphs(inner).forEach(check)
      }
    }
    subgraphs(node).forEach(check)
  }
}

/** Changes by operator: the opset that made them, oldest first. */
const CHANGES: Record<string, [since: number, change: Change][]> = {
  Add: [[7, broadcast]],
  Sub: [[7, broadcast]],
  Mul: [[7, broadcast]],
  Div: [[7, broadcast]],
  Pow: [[7, broadcast]],
  And: [[7, broadcast]],
  Or: [[7, broadcast]],
  Xor: [[7, broadcast]],
  Greater: [[7, broadcast]],
  Less: [[7, broadcast]],
  Equal: [[7, broadcast]],
  PRelu: [[7, refuse]],
  Gemm: [[7, (node) => [without(node, 'broadcast')]]],
  Reshape: [[5, (node, up) => [attributeToInts(node, up, 'shape')]]],
  Tile: [[6, refuse]],
  Cast: [[6, refuse]],
  Scan: [[9, refuse]],
  Upsample: [
    [9, upsampleScales],
    [10, upsampleToResize],
  ],
  Resize: [[11, legacyResize]],
  Slice: [[10, slice]],
  TopK: [[10, topK]],
  Clip: [[11, clip]],
  Pad: [[11, pad]],
  Scatter: [[11, (node) => [{ ...node, opType: 'ScatterElements', range: undefined }]]],
  Dropout: [[10, dropout]],
  BatchNormalization: [[9, batchNormalization]],
}

/** `consumed_inputs` was an optimisation hint until opset 6. */
function withoutOld(node: OnnxNode, opset: number): OnnxNode {
  return opset < 6 && attribute(node, 'consumed_inputs') ? without(node, 'consumed_inputs') : node
}

function without(node: OnnxNode, ...names: string[]): OnnxNode {
  if (!node.attributes.some(({ name }) => names.includes(name))) return node
  const attributes = node.attributes.filter(({ name }) => !names.includes(name))
  return { ...node, attributes, range: undefined }
}

/** Until opset 6 the second input was stretched only when asked for, from `axis` on. */
function broadcast(node: OnnxNode): OnnxNode[] {
  if (intOf(node, 'broadcast', 0) !== 0 && attribute(node, 'axis')) throw cannot(node, 6)
  return [without(node, 'broadcast', 'axis')]
}

function attributeToInts(node: OnnxNode, up: Upgrade, name: string): OnnxNode {
  const values = attribute(node, name)?.ints
  if (!values) return node
  const input = up.ints(`${labelOf(node)}_${name}`, values)
  return { ...without(node, name), inputs: [node.inputs[0] ?? '', input] }
}

function upsampleScales(node: OnnxNode, up: Upgrade): OnnxNode[] {
  const scales = attribute(node, 'scales')?.floats
  if (!scales) throw cannot(node, up.opset)
  const inputs = [node.inputs[0] ?? '', up.floats(`${labelOf(node)}_scales`, scales)]
  return [{ ...without(node, 'scales'), inputs }]
}

function upsampleToResize(node: OnnxNode, up: Upgrade): OnnxNode[] {
  return legacyResize({ ...node, opType: 'Resize' }, up)
}

/** What Resize did before it could be told how: coordinates asymmetric, nearest rounded down. */
function legacyResize(node: OnnxNode, up: Upgrade): OnnxNode[] {
  const mode = attribute(node, 'mode')?.s ?? 'nearest'
  const attributes: OnnxAttribute[] = [
    stringAttribute('mode', mode),
    stringAttribute('coordinate_transformation_mode', 'asymmetric'),
    stringAttribute('nearest_mode', 'floor'),
  ]
  const [input = '', scales = ''] = node.inputs
  // The region of interest became optional only later.
  const region = up.floats(`${labelOf(node)}_roi`, [])
  return [{ ...node, inputs: [input, region, scales], attributes, range: undefined }]
}

function slice(node: OnnxNode, up: Upgrade): OnnxNode[] {
  const starts = attribute(node, 'starts')?.ints
  const ends = attribute(node, 'ends')?.ints
  if (!starts || !ends) return [node]
  const label = labelOf(node)
  const axes = attribute(node, 'axes')?.ints ?? starts.map((_, index) => index)
  const inputs = [
    node.inputs[0] ?? '',
    up.ints(`${label}_starts`, starts),
    up.ints(`${label}_ends`, ends),
    up.ints(`${label}_axes`, axes),
  ]
  return [{ ...without(node, 'starts', 'ends', 'axes'), inputs }]
}

function topK(node: OnnxNode, up: Upgrade): OnnxNode[] {
  const k = attribute(node, 'k')?.i
  if (k === undefined) return [node]
  const inputs = [node.inputs[0] ?? '', up.ints(`${labelOf(node)}_k`, [k])]
  return [{ ...without(node, 'k'), inputs }]
}

/** The bounds have the type of the input; float32 is the only one that old exporters wrote. */
function clip(node: OnnxNode, up: Upgrade): OnnxNode[] {
  const label = labelOf(node)
  const bound = (name: 'min' | 'max') =>
    attribute(node, name) ? up.floats(`${label}_${name}`, [floatOf(node, name, 0)], []) : ''
  const inputs = [node.inputs[0] ?? '', bound('min'), bound('max')]
  while (inputs.at(-1) === '') inputs.pop()
  return [{ ...without(node, 'min', 'max'), inputs }]
}

function pad(node: OnnxNode, up: Upgrade): OnnxNode[] {
  const pads = (attribute(node, 'pads') ?? attribute(node, 'paddings'))?.ints
  if (!pads) return [node]
  const label = labelOf(node)
  const value = floatOf(node, 'value', 0)
  const inputs = [node.inputs[0] ?? '', up.ints(`${label}_pads`, pads)]
  if (value !== 0) inputs.push(up.floats(`${label}_value`, [value], []))
  return [{ ...without(node, 'pads', 'paddings', 'value'), inputs }]
}

/** The mask, which was made of numbers and is made of booleans now, is of no use in inference. */
function dropout(node: OnnxNode, up: Upgrade): OnnxNode[] {
  if (node.outputs[1] && up.needed.has(node.outputs[1])) throw cannot(node, up.opset)
  return [{ ...without(node, 'is_test'), outputs: node.outputs.slice(0, 1), range: undefined }]
}

function batchNormalization(node: OnnxNode, up: Upgrade): OnnxNode[] {
  if (intOf(node, 'spatial', 1) !== 1 || node.outputs.slice(1).some((output) => output)) {
    throw cannot(node, up.opset)
  }
  return [without(node, 'spatial', 'is_test')]
}

function refuse(node: OnnxNode, up: Upgrade): OnnxNode[] {
  throw cannot(node, up.opset)
}

function cannot(node: OnnxNode, opset: number): ModelError {
  return new ModelError(
    'E_ONNX_OPSET',
    `This model uses opset ${opset}; INT8 needs ${NEEDED_OPSET}, and its operator ${node.opType} (“${labelOf(node)}”) cannot be carried over. Export the model again with opset 13 or newer.`,
    { params: { opset, needed: NEEDED_OPSET, operator: node.opType, node: labelOf(node) } }
  )
}
