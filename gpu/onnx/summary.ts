import { basename, dirname, resolve } from 'node:path'
import { realpathSync, statSync } from 'node:fs'
import type { Inspection, Note } from '../protocol.js'
import { attribute, labelOf, subgraphs } from './attributes.js'
import { choose, weightsOf } from './choose.js'
import { Constants } from './constants.js'
import { readInt8Options } from './int8_options.js'
import type { OnnxGraph, OnnxModel, OnnxTensor } from './model.js'
import { candidates, subgraphNote } from './inner_graphs.js'
import { quantizedAlready } from './quantized_already.js'
import { readOnnxModel } from './read_model.js'
import { DTYPE, dtypeName } from './schema.js'
import { externalPath } from './tensor_values.js'
import { countUses } from './uses.js'

/** What is known of an ONNX model without reading its weights. */
export interface OnnxSummary {
  graph: NonNullable<Inspection['graph']>
  irVersion: number
  producer: string
  metadata: Record<string, string>
  /** Every weight: initializers and constants of all graphs. */
  tensors: { name: string; dtype: string; shape: number[]; bytes: number }[]
  /** Elements of the floating-point weights. */
  parameters: number
  dtypes: Record<string, number>
  /** The model's file and those that hold its weights, with names relative to its folder. */
  files: { name: string; bytes: number }[]
  quantizedAlready: string | null
  int8: {
    possible: boolean
    /** Predicted size of the quantized file with default options. */
    bytes: number
    /** Bytes of weights that become 8-bit, before. */
    weightBytes: number
    nodes: number
    largestWeightBytes: number
    /** What is left alone, and why. */
    notes: Note[]
  }
}

/**
 * Reads an ONNX file's description: opset, inputs, outputs, operators, weights, and what dynamic
 * INT8 can do with it.
 *
 * @throws ModelError `E_ONNX_…` for a file that is damaged, not valid, or misses its data
 */
export function readOnnxSummary(path: string): OnnxSummary {
  const model = readOnnxModel(path)
  try {
    return summarize(model)
  } finally {
    model.file.close()
  }
}

function summarize(model: OnnxModel): OnnxSummary {
  const tensors = allTensors(model.graph)
  const dtypes: Record<string, number> = {}
  let parameters = 0
  for (const { dtype, bytes, elements } of tensors) {
    dtypes[dtypeName(dtype)] = (dtypes[dtypeName(dtype)] ?? 0) + bytes
    if (isFloating(dtype)) parameters += elements
  }
  const files = filesOf(model, tensors)
  const { graph } = model
  const overridden = new Set(graph.initializers.keys())
  const typed = ({ name, dtype, shape }: (typeof graph.inputs)[number]) => ({
    name,
    dtype: dtype ? dtypeName(dtype) : 'unknown',
    shape: shape ?? [],
  })
  return {
    graph: {
      opset: model.opsets.get('') ?? 0,
      inputs: graph.inputs.filter(({ name }) => !overridden.has(name)).map(typed),
      outputs: graph.outputs.map(typed),
      operators: countOperators(graph),
    },
    irVersion: model.irVersion,
    producer: model.producer,
    metadata: Object.fromEntries(model.metadata),
    tensors: tensors.map(({ name, dtype, dims, bytes }) => ({
      name,
      dtype: dtypeName(dtype),
      shape: dims,
      bytes,
    })),
    parameters,
    dtypes,
    files,
    quantizedAlready: quantizedAlready(model),
    int8: predict(model, files),
  }
}

function predict(model: OnnxModel, files: { bytes: number }[]): OnnxSummary['int8'] {
  const context = {
    settings: readInt8Options({}),
    constants: new Constants(model.graph),
    uses: countUses(model.graph.nodes),
    opset: model.opsets.get('') ?? 0,
  }
  const weights = new Map<string, OnnxTensor>()
  const notes: Note[] = []
  let nodes = 0
  let inner = 0
  for (const node of model.graph.nodes) {
    const choice = choose(node, context)
    for (const graph of subgraphs(node)) inner += candidates(graph)
    if (choice.kind === 'left') {
      if (choice.note) notes.push(choice.note)
      continue
    }
    nodes++
    for (const weight of weightsOf(choice)) weights.set(weight.name, weight)
  }
  if (inner > 0) notes.push(subgraphNote(inner))
  let weightBytes = 0
  let saved = 0
  let largestWeightBytes = 0
  for (const { bytes, elements } of weights.values()) {
    weightBytes += bytes
    saved += bytes - elements
    largestWeightBytes = Math.max(largestWeightBytes, bytes)
  }
  const before = files.reduce((sum, { bytes }) => sum + bytes, 0)
  // A quantized MatMul brings about 600 bytes of nodes and names of its own.
  const bytes = Math.max(0, before - saved + nodes * 600)
  return { possible: nodes > 0, bytes, weightBytes, nodes, largestWeightBytes, notes }
}

function allTensors(graph: OnnxGraph): OnnxTensor[] {
  const tensors = [...graph.initializers.values()]
  for (const node of graph.nodes) {
    const value = node.opType === 'Constant' ? attribute(node, 'value')?.t : undefined
    if (value) tensors.push({ ...value, name: labelOf(node) })
    for (const inner of subgraphs(node)) tensors.push(...allTensors(inner))
  }
  return tensors
}

function countOperators(graph: OnnxGraph, counts: Record<string, number> = {}) {
  for (const node of graph.nodes) {
    const key = node.domain ? `${node.domain}.${node.opType}` : node.opType
    counts[key] = (Object.hasOwn(counts, key) ? counts[key]! : 0) + 1
    for (const inner of subgraphs(node)) countOperators(inner, counts)
  }
  return counts
}

function filesOf(model: OnnxModel, tensors: OnnxTensor[]): { name: string; bytes: number }[] {
  const folder = realpathSync(dirname(resolve(model.file.path)))
  const files = new Map([[basename(model.file.path), model.file.size]])
  for (const { name, data } of tensors) {
    if (data.kind !== 'external' || files.has(data.location)) continue
    files.set(data.location, statSync(externalPath(folder, name, data.location)).size)
  }
  return [...files].map(([name, bytes]) => ({ name, bytes }))
}

function isFloating(dtype: number): boolean {
  return (
    dtype === DTYPE.float ||
    dtype === DTYPE.float16 ||
    dtype === DTYPE.double ||
    dtype === DTYPE.bfloat16
  )
}
