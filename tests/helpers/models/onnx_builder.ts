import { ATTRIBUTE, ATTRIBUTE_TYPE, GRAPH, MODEL, NODE, TENSOR } from '#gpu/onnx/schema'
import {
  bytesField,
  floatField,
  intField,
  messageField,
  textField,
  type Part,
} from '#gpu/onnx/wire_writer'

/** ONNX files built field by field, right or wrong. */

export function bytes(parts: Part[]): Buffer {
  return Buffer.concat(parts as Uint8Array[])
}

function nested(field: number, content: Uint8Array): Part {
  return bytes(messageField(field, [content]))
}

export interface RawTensor {
  name: string
  bytes: Buffer
}

export function rawTensor(
  name: string,
  dtype: number,
  dims: number[],
  data: Uint8Array
): RawTensor {
  const parts = [
    ...dims.map((dim) => intField(TENSOR.dims, dim)),
    intField(TENSOR.dataType, dtype),
    textField(TENSOR.name, name),
    bytesField(TENSOR.rawData, data),
  ]
  return { name, bytes: bytes(parts) }
}

export function floats(name: string, dims: number[], values: ArrayLike<number>): RawTensor {
  return rawTensor(name, 1, dims, Buffer.from(Float32Array.from(values).buffer))
}

export function halves(name: string, dims: number[], values: ArrayLike<number>): RawTensor {
  return rawTensor(name, 10, dims, Buffer.from(Float16Array.from(values).buffer))
}

export function integers(name: string, dims: number[], values: number[]): RawTensor {
  return rawTensor(name, 7, dims, Buffer.from(BigInt64Array.from(values, BigInt).buffer))
}

export function external(
  name: string,
  dims: number[],
  entries: Record<string, string>,
  dtype = 1
): RawTensor {
  const parts = [
    ...dims.map((dim) => intField(TENSOR.dims, dim)),
    intField(TENSOR.dataType, dtype),
    textField(TENSOR.name, name),
    ...Object.entries(entries).map(([key, value]) =>
      nested(TENSOR.externalData, bytes([textField(1, key), textField(2, value)]))
    ),
    intField(TENSOR.dataLocation, 1),
  ]
  return { name, bytes: bytes(parts) }
}

type Attribute = number | number[] | string | { float: number } | { graph: Buffer } | RawTensor

function attribute(name: string, value: Attribute): Buffer {
  const parts: Part[] = [textField(ATTRIBUTE.name, name)]
  const typed = (type: number, ...more: Part[]) =>
    parts.push(...more, intField(ATTRIBUTE.type, type))
  if (typeof value === 'number') typed(ATTRIBUTE_TYPE.int, intField(ATTRIBUTE.i, value))
  else if (typeof value === 'string') typed(ATTRIBUTE_TYPE.string, textField(ATTRIBUTE.s, value))
  else if (Array.isArray(value)) {
    typed(ATTRIBUTE_TYPE.ints, ...value.map((one) => intField(ATTRIBUTE.ints, one)))
  } else if ('float' in value) typed(ATTRIBUTE_TYPE.float, floatField(ATTRIBUTE.f, value.float))
  else if ('graph' in value) typed(ATTRIBUTE_TYPE.graph, nested(ATTRIBUTE.g, value.graph))
  else typed(ATTRIBUTE_TYPE.tensor, nested(ATTRIBUTE.t, value.bytes))
  return bytes(parts)
}

export function node(
  opType: string,
  inputs: string[],
  outputs: string[],
  {
    name = outputs[0] ?? '',
    domain = '',
    extra = [],
    ...attributes
  }: { name?: string; domain?: string; extra?: Part[]; [attribute: string]: unknown } = {}
): Buffer {
  return bytes([
    ...inputs.map((input) => textField(NODE.input, input)),
    ...outputs.map((output) => textField(NODE.output, output)),
    textField(NODE.name, name),
    textField(NODE.opType, opType),
    textField(NODE.domain, domain),
    ...Object.entries(attributes).map(([key, value]) =>
      nested(NODE.attribute, attribute(key, value as Attribute))
    ),
    ...extra,
  ])
}

/** An input or output: name, element type (1 float, 7 int64 …), dimensions. */
export type RawValue = [name: string, dtype: number, dims?: (number | string)[]]

function rawValue([name, dtype, dims]: RawValue): Buffer {
  const shape = (dims ?? []).map((dim) =>
    nested(1, bytes([typeof dim === 'number' ? intField(1, dim) : textField(2, dim)]))
  )
  const tensor = bytes([intField(1, dtype), ...(dims ? [nested(2, bytes(shape))] : [])])
  return bytes([textField(1, name), nested(2, bytes([nested(1, tensor)]))])
}

export interface RawGraph {
  nodes: Buffer[]
  initializers?: RawTensor[]
  inputs?: RawValue[]
  outputs: RawValue[]
  extra?: Part[]
}

export function rawGraph({
  nodes,
  initializers = [],
  inputs = [],
  outputs,
  extra = [],
}: RawGraph): Buffer {
  return bytes([
    ...nodes.map((one) => nested(GRAPH.node, one)),
    textField(GRAPH.name, 'test'),
    ...initializers.map((tensor) => nested(GRAPH.initializer, tensor.bytes)),
    ...inputs.map((input) => nested(GRAPH.input, rawValue(input))),
    ...outputs.map((output) => nested(GRAPH.output, rawValue(output))),
    ...extra,
  ])
}

export function rawModel(
  graph: RawGraph,
  {
    opset = 17,
    irVersion = 8,
    domains = [],
    extra = [],
  }: { opset?: number; irVersion?: number; domains?: string[]; extra?: Part[] } = {}
): Buffer {
  const opsets = [['', opset] as const, ...domains.map((domain) => [domain, 1] as const)]
  return bytes([
    intField(MODEL.irVersion, irVersion),
    ...opsets.map(([domain, version]) =>
      nested(MODEL.opsetImport, bytes([textField(1, domain), intField(2, version)]))
    ),
    nested(MODEL.graph, rawGraph(graph)),
    ...extra,
  ])
}

/** Normally distributed numbers from a seed, for weights. */
export function noise(length: number, seed = 1): Float32Array {
  const values = new Float32Array(length)
  let state = seed
  for (let i = 0; i < length; i++) {
    let sum = 0
    for (let k = 0; k < 4; k++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      sum += state / 2 ** 32 - 0.5
    }
    values[i] = sum * 1.7
  }
  return values
}
