import { damaged, invalid, tooComplex } from './errors.js'
import { FileBytes } from './file_bytes.js'
import { MAX_DECODED_NUMBERS, MAX_GRAPH_DEPTH } from './limits.js'
import type {
  Dimension,
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  ValueInfo,
} from './model.js'
import { PieceReader, readEntry } from './pieces.js'
import { readTensor } from './read_tensor.js'
import { ATTRIBUTE, GRAPH, MODEL, NODE } from './schema.js'
import { fields, packedVarints, type Field, type Range } from './wire_reader.js'

/**
 * Reads the description of an ONNX model; weights stay in the file. The caller closes
 * `model.file`.
 *
 * @throws ModelError `E_ONNX_DAMAGED`, `E_ONNX_INVALID`, `E_ONNX_TOO_COMPLEX`; the file's system
 * error when it cannot be opened.
 */
export function readOnnxModel(path: string): OnnxModel {
  const file = new FileBytes(path)
  try {
    return new ModelReader(file).model()
  } catch (error) {
    file.close()
    throw error
  }
}

class ModelReader {
  readonly #pieces: PieceReader

  constructor(readonly file: FileBytes) {
    this.#pieces = new PieceReader(file)
  }

  model(): OnnxModel {
    const pieces = this.#pieces
    let graph: OnnxGraph | undefined
    let irVersion = 0
    let producer = ''
    const opsets = new Map<string, number>()
    const metadata = new Map<string, string>()
    const functions = new Set<string>()
    const rest: Range[] = []
    if (this.file.size === 0) throw damaged(0)
    for (const field of fields(this.file, { start: 0, end: this.file.size })) {
      if (field.number === MODEL.graph) {
        if (graph) throw invalid('it holds two graphs')
        graph = this.#graph(pieces.nested(field), 1)
      } else if (field.number === MODEL.opsetImport) {
        const [domain, version] = this.#opset(pieces.nested(field))
        opsets.set(domain, version)
      } else {
        if (field.number === MODEL.irVersion) irVersion = pieces.number(field)
        else if (field.number === MODEL.producerName) producer = pieces.text(pieces.nested(field))
        else if (field.number !== MODEL.producerVersion) {
          if (field.number === MODEL.metadata) this.#addMetadata(metadata, field)
          if (field.number === MODEL.functions) this.#addFunction(functions, field)
          pieces.keep(rest, field)
        }
      }
    }
    if (!graph) throw invalid('there is no graph in it')
    if (opsets.size === 0) opsets.set('', 1)
    return { file: this.file, irVersion, producer, opsets, metadata, functions, graph, rest }
  }

  #addMetadata(metadata: Map<string, string>, field: Field): void {
    this.#pieces.count()
    const [key, value] = readEntry(this.#pieces, this.#pieces.nested(field))
    metadata.set(key, value)
  }

  #addFunction(functions: Set<string>, field: Field): void {
    this.#pieces.count()
    functions.add(this.#functionName(this.#pieces.nested(field)))
  }

  #graph(range: Range, depth: number): OnnxGraph {
    if (depth > MAX_GRAPH_DEPTH) throw tooComplex('graphs inside each other', MAX_GRAPH_DEPTH)
    const pieces = this.#pieces
    const graph: OnnxGraph = {
      name: '',
      nodes: [],
      initializers: new Map(),
      inputs: [],
      outputs: [],
      values: [],
      sparse: new Set(),
      rest: [],
    }
    for (const field of fields(this.file, range)) {
      switch (field.number) {
        case GRAPH.node:
          graph.nodes.push(this.#node(pieces.nested(field), depth))
          break
        case GRAPH.initializer:
          this.#addInitializer(graph, readTensor(pieces, pieces.nested(field)))
          break
        case GRAPH.input:
          graph.inputs.push(this.#value(pieces.nested(field)))
          break
        case GRAPH.output:
          graph.outputs.push(this.#value(pieces.nested(field)))
          break
        case GRAPH.valueInfo:
          graph.values.push(this.#value(pieces.nested(field)))
          break
        default:
          if (field.number === GRAPH.name) graph.name = pieces.text(pieces.nested(field))
          else if (field.number === GRAPH.sparseInitializer) {
            graph.sparse.add(this.#sparseName(pieces.nested(field)))
          }
          pieces.keep(graph.rest, field)
      }
    }
    return graph
  }

  #addInitializer(graph: OnnxGraph, tensor: OnnxTensor): void {
    if (!tensor.name) throw invalid('one of its weights has no name')
    if (graph.initializers.has(tensor.name)) {
      throw invalid(`it holds the weights “${tensor.name}” twice`, { tensor: tensor.name })
    }
    graph.initializers.set(tensor.name, tensor)
  }

  #node(range: Range, depth: number): OnnxNode {
    const pieces = this.#pieces
    pieces.count()
    const node: OnnxNode = {
      name: '',
      opType: '',
      domain: '',
      inputs: [],
      outputs: [],
      attributes: [],
      range,
    }
    for (const field of fields(this.file, range)) {
      if (field.number === NODE.input) {
        pieces.count()
        node.inputs.push(pieces.text(pieces.nested(field)))
      } else if (field.number === NODE.output) {
        pieces.count()
        node.outputs.push(pieces.text(pieces.nested(field)))
      } else if (field.number === NODE.name) node.name = pieces.text(pieces.nested(field))
      else if (field.number === NODE.opType) node.opType = pieces.text(pieces.nested(field))
      else if (field.number === NODE.domain) node.domain = pieces.text(pieces.nested(field))
      else if (field.number === NODE.attribute) {
        node.attributes.push(this.#attribute(pieces.nested(field), depth))
      }
    }
    if (node.domain === 'ai.onnx') node.domain = ''
    if (!node.opType) throw invalid('one of its nodes has no operator')
    return node
  }

  #attribute(range: Range, depth: number): OnnxAttribute {
    const pieces = this.#pieces
    pieces.count()
    const attribute: OnnxAttribute = { name: '', type: 0, range }
    for (const field of fields(this.file, range)) {
      switch (field.number) {
        case ATTRIBUTE.name:
          attribute.name = pieces.text(pieces.nested(field))
          break
        case ATTRIBUTE.type:
          attribute.type = pieces.number(field)
          break
        case ATTRIBUTE.i:
          attribute.i = pieces.number(field)
          break
        case ATTRIBUTE.f:
          if (field.wire !== 5) throw damaged(field.tagStart)
          attribute.f = this.file.bytes(field.start, field.end).readFloatLE(0)
          break
        case ATTRIBUTE.s:
          attribute.s = this.#shortText(pieces.nested(field))
          break
        case ATTRIBUTE.ints:
          this.#addInts(attribute, field)
          break
        case ATTRIBUTE.floats:
          this.#addFloats(attribute, field)
          break
        case ATTRIBUTE.t:
          attribute.t = readTensor(pieces, pieces.nested(field))
          break
        case ATTRIBUTE.g:
          attribute.g = this.#graph(pieces.nested(field), depth + 1)
          break
        case ATTRIBUTE.graphs:
          attribute.graphs ??= []
          attribute.graphs.push(this.#graph(pieces.nested(field), depth + 1))
          break
      }
    }
    return attribute
  }

  /** String attributes may hold bytes of any length and encoding; only short texts matter here. */
  #shortText(range: Range): string | undefined {
    if (range.end - range.start > 256) return undefined
    return this.file.bytes(range.start, range.end).toString('utf8')
  }

  #addInts(attribute: OnnxAttribute, field: Field): void {
    const ints = (attribute.ints ??= [])
    if (field.wire === 0) {
      if (ints.length < MAX_DECODED_NUMBERS) ints.push(field.value)
      return
    }
    for (const value of packedVarints(this.file, this.#pieces.nested(field))) {
      if (ints.length >= MAX_DECODED_NUMBERS) break
      ints.push(value)
    }
  }

  #addFloats(attribute: OnnxAttribute, field: Field): void {
    const floats = (attribute.floats ??= [])
    if (field.wire !== 5 && field.wire !== 2) throw damaged(field.tagStart)
    const end = Math.min(field.end, field.start + 4 * (MAX_DECODED_NUMBERS - floats.length))
    for (let at = field.start; at + 4 <= end; at += 4) {
      floats.push(this.file.bytes(at, at + 4).readFloatLE(0))
    }
  }

  #value(range: Range): ValueInfo {
    const pieces = this.#pieces
    pieces.count()
    const value: ValueInfo = { name: '', dtype: 0, shape: null, range }
    for (const field of fields(this.file, range)) {
      if (field.number === 1) value.name = pieces.text(pieces.nested(field))
      else if (field.number === 2) this.#tensorType(value, pieces.nested(field))
    }
    return value
  }

  /** TypeProto: only plain tensors (field 1) have a type and a shape that matter here. */
  #tensorType(value: ValueInfo, range: Range): void {
    const pieces = this.#pieces
    for (const field of fields(this.file, range)) {
      if (field.number !== 1) continue
      for (const part of fields(this.file, pieces.nested(field))) {
        if (part.number === 1) value.dtype = pieces.number(part)
        else if (part.number === 2) value.shape = this.#shape(pieces.nested(part))
      }
    }
  }

  #shape(range: Range): Dimension[] {
    const pieces = this.#pieces
    const shape: Dimension[] = []
    for (const field of fields(this.file, range)) {
      if (field.number !== 1) continue
      pieces.count()
      let dimension: Dimension = null
      for (const part of fields(this.file, pieces.nested(field))) {
        if (part.number === 1) dimension = pieces.number(part)
        else if (part.number === 2) dimension = pieces.text(pieces.nested(part))
      }
      shape.push(dimension)
    }
    return shape
  }

  #opset(range: Range): [domain: string, version: number] {
    let domain = ''
    let version = 1
    this.#pieces.count()
    for (const field of fields(this.file, range)) {
      if (field.number === 1) domain = this.#pieces.text(this.#pieces.nested(field))
      else if (field.number === 2) version = this.#pieces.number(field)
    }
    return [domain === 'ai.onnx' ? '' : domain, version]
  }

  /** FunctionProto: name = 1, domain = 10. */
  #functionName(range: Range): string {
    let name = ''
    let domain = ''
    for (const field of fields(this.file, range)) {
      if (field.number === 1) name = this.#pieces.text(this.#pieces.nested(field))
      else if (field.number === 10) domain = this.#pieces.text(this.#pieces.nested(field))
    }
    return `${domain}::${name}`
  }

  /** SparseTensorProto: its values (1) carry the name. */
  #sparseName(range: Range): string {
    for (const field of fields(this.file, range)) {
      if (field.number === 1) return readTensor(this.#pieces, this.#pieces.nested(field)).name
    }
    return ''
  }
}
