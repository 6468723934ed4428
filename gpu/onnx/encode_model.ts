import { EXTERNAL_ALIGNMENT, EXTERNAL_THRESHOLD_BYTES } from './limits.js'
import type {
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  ValueInfo,
} from './model.js'
import { ATTRIBUTE, GRAPH, MODEL, NODE, TENSOR } from './schema.js'
import type { SmallTensor } from './small_tensor.js'
import type { WeightJob } from './weight_job.js'
import type { Range } from './wire_reader.js'
import {
  bytesField,
  floatField,
  intField,
  joined,
  messageField,
  sizeOf,
  textField,
  varint,
  type Part,
  type Parts,
} from './wire_writer.js'

/** The new graph: what is kept of the old one and what is added. */
export interface NewGraph {
  nodes: OnnxNode[]
  kept: OnnxTensor[]
  small: SmallTensor[]
  jobs: WeightJob[]
  inputs: ValueInfo[]
  values: ValueInfo[]
}

export interface NewModel {
  original: OnnxModel
  graph: NewGraph
  irVersion: number
  opsets: Map<string, number>
  metadata: Map<string, string>
}

/** The parts of the model's file and of the file of weights beside it, if there is one. */
export interface Encoded {
  model: Parts
  /** Null when all weights are inside the model. */
  data: Parts | null
}

/**
 * The bytes of a new model, weights inside. When that would pass `limit`, weights of a kilobyte
 * and more go to `dataName`, aligned for memory mapping
 * (https://onnx.ai/onnx/repo-docs/ExternalData.html).
 */
export function encodeModel(model: NewModel, dataName: string, limit: number): Encoded {
  const whole = new Encoder(null).model(model)
  if (sizeOf(whole) <= limit) return { model: joined(whole), data: null }
  const outside = new DataFile(dataName)
  const rest = new Encoder(outside).model(model)
  return { model: joined(rest), data: joined(outside.parts) }
}

class DataFile {
  readonly parts: Parts = []
  #size = 0

  constructor(readonly name: string) {}

  /** @returns where the values will start */
  add(part: Part): number {
    const offset = Math.ceil(this.#size / EXTERNAL_ALIGNMENT) * EXTERNAL_ALIGNMENT
    if (offset > this.#size) this.parts.push(new Uint8Array(offset - this.#size))
    this.parts.push(part)
    this.#size = offset + part.byteLength
    return offset
  }
}

class Encoder {
  constructor(readonly outside: DataFile | null) {}

  model({ original, graph, irVersion, opsets, metadata }: NewModel): Parts {
    const parts: Parts = original.rest.map(copy)
    parts.push(
      intField(MODEL.irVersion, irVersion),
      textField(MODEL.producerName, 'comptoir'),
      textField(MODEL.producerVersion, '1')
    )
    for (const [domain, version] of opsets) {
      parts.push(...messageField(MODEL.opsetImport, [textField(1, domain), intField(2, version)]))
    }
    for (const [key, value] of metadata) {
      parts.push(...messageField(MODEL.metadata, [textField(1, key), textField(2, value)]))
    }
    return [...parts, ...messageField(MODEL.graph, this.#newGraph(original.graph, graph))]
  }

  #newGraph(original: OnnxGraph, graph: NewGraph): Parts {
    const parts: Parts = []
    for (const node of graph.nodes) parts.push(...messageField(GRAPH.node, this.#node(node)))
    parts.push(...original.rest.map(copy))
    this.#values(parts, GRAPH.input, graph.inputs)
    this.#values(parts, GRAPH.output, original.outputs)
    this.#values(parts, GRAPH.valueInfo, graph.values)
    for (const tensor of graph.small) {
      parts.push(...messageField(GRAPH.initializer, smallTensor(tensor)))
    }
    for (const job of graph.jobs) parts.push(...messageField(GRAPH.initializer, this.#job(job)))
    for (const tensor of graph.kept) {
      parts.push(...messageField(GRAPH.initializer, this.#kept(tensor)))
    }
    return parts
  }

  /** A graph inside a node, as it was but for weights that came from another file. */
  #innerGraph(graph: OnnxGraph): Parts {
    const parts: Parts = []
    for (const node of graph.nodes) parts.push(...messageField(GRAPH.node, this.#node(node)))
    parts.push(...graph.rest.map(copy))
    this.#values(parts, GRAPH.input, graph.inputs)
    this.#values(parts, GRAPH.output, graph.outputs)
    this.#values(parts, GRAPH.valueInfo, graph.values)
    for (const tensor of graph.initializers.values()) {
      parts.push(...messageField(GRAPH.initializer, inline(tensor)))
    }
    return parts
  }

  #values(parts: Parts, field: number, values: ValueInfo[]): void {
    for (const { range } of values) parts.push(...messageField(field, [copy(range)]))
  }

  #node(node: OnnxNode): Parts {
    if (node.range && !hasOutsideData(node)) return [copy(node.range)]
    const parts: Parts = [
      ...node.inputs.map((name) => textField(NODE.input, name)),
      ...node.outputs.map((name) => textField(NODE.output, name)),
      textField(NODE.name, node.name),
      textField(NODE.opType, node.opType),
    ]
    for (const one of node.attributes) {
      parts.push(...messageField(NODE.attribute, this.#attribute(one)))
    }
    if (node.domain) parts.push(textField(NODE.domain, node.domain))
    return parts
  }

  #attribute(attribute: OnnxAttribute): Parts {
    if (attribute.range && !attributeHasOutsideData(attribute)) return [copy(attribute.range)]
    const { name, type, i, f, s, ints, t, g, graphs } = attribute
    const parts: Parts = [textField(ATTRIBUTE.name, name)]
    if (i !== undefined) parts.push(intField(ATTRIBUTE.i, i))
    if (f !== undefined) parts.push(floatField(ATTRIBUTE.f, f))
    if (s !== undefined) parts.push(textField(ATTRIBUTE.s, s))
    for (const value of ints ?? []) parts.push(intField(ATTRIBUTE.ints, value))
    if (t) parts.push(...messageField(ATTRIBUTE.t, inline(t)))
    if (g) parts.push(...messageField(ATTRIBUTE.g, this.#innerGraph(g)))
    for (const graph of graphs ?? []) {
      parts.push(...messageField(ATTRIBUTE.graphs, this.#innerGraph(graph)))
    }
    parts.push(intField(ATTRIBUTE.type, type))
    return parts
  }

  #job(job: WeightJob): Parts {
    const dtype = job.target.type === 'int8' ? 3 : 2
    const byteLength = job.tensor.elements
    return this.#data(head(job.quantized, dtype, job.dims), { kind: 'job', job, byteLength })
  }

  #kept(tensor: OnnxTensor): Parts {
    const isOutside = this.outside !== null && tensor.bytes >= EXTERNAL_THRESHOLD_BYTES
    if (tensor.data.kind !== 'external' && (!isOutside || tensor.data.kind === 'listed')) {
      return [copy(tensor.range)]
    }
    const part: Part = { kind: 'tensor', tensor, byteLength: tensor.bytes }
    return this.#data(head(tensor.name, tensor.dtype, tensor.dims), part)
  }

  #data(parts: Parts, part: Part): Parts {
    const { outside } = this
    if (!outside || part.byteLength < EXTERNAL_THRESHOLD_BYTES) return [...parts, ...raw(part)]
    const offset = outside.add(part)
    const entries: [string, string][] = [
      ['location', outside.name],
      ['offset', String(offset)],
      ['length', String(part.byteLength)],
    ]
    for (const [key, value] of entries) {
      parts.push(...messageField(TENSOR.externalData, [textField(1, key), textField(2, value)]))
    }
    return [...parts, intField(TENSOR.dataLocation, 1)]
  }
}

function smallTensor({ name, dtype, dims, bytes }: SmallTensor): Parts {
  return [...head(name, dtype, dims), bytesField(TENSOR.rawData, bytes)]
}

/** A tensor with its values inside, wherever they were. */
function inline(tensor: OnnxTensor): Parts {
  if (tensor.data.kind !== 'external') return [copy(tensor.range)]
  const part: Part = { kind: 'tensor', tensor, byteLength: tensor.bytes }
  return [...head(tensor.name, tensor.dtype, tensor.dims), ...raw(part)]
}

function head(name: string, dtype: number, dims: number[]): Parts {
  return [
    ...dims.map((dim) => intField(TENSOR.dims, dim)),
    intField(TENSOR.dataType, dtype),
    textField(TENSOR.name, name),
  ]
}

function raw(part: Part): Parts {
  return [Buffer.concat([varint(TENSOR.rawData * 8 + 2), varint(part.byteLength)]), part]
}

function copy({ start, end }: Range): Part {
  return { kind: 'copy', start, byteLength: end - start }
}

function hasOutsideData(node: OnnxNode): boolean {
  return node.attributes.some(attributeHasOutsideData)
}

function attributeHasOutsideData({ t, g, graphs }: OnnxAttribute): boolean {
  if (t?.data.kind === 'external') return true
  const inner = [...(g ? [g] : []), ...(graphs ?? [])]
  return inner.some(
    ({ nodes, initializers }) =>
      nodes.some(hasOutsideData) ||
      [...initializers.values()].some(({ data }) => data.kind === 'external')
  )
}
