import type { FileBytes } from './file_bytes.js'
import type { Range } from './wire_reader.js'

/**
 * An ONNX model as read from a file: names, operators and shapes in memory, weights and all that
 * is not understood as ranges of the file.
 */
export interface OnnxModel {
  file: FileBytes
  irVersion: number
  producer: string
  /** Version by operator domain; the standard domain is `''`. */
  opsets: Map<string, number>
  metadata: Map<string, string>
  /** Names of model-local functions, `domain::name`. */
  functions: Set<string>
  graph: OnnxGraph
  /** Fields kept as they are. */
  rest: Range[]
}

export interface OnnxGraph {
  name: string
  nodes: OnnxNode[]
  /** By name, in the file's order. */
  initializers: Map<string, OnnxTensor>
  inputs: ValueInfo[]
  outputs: ValueInfo[]
  values: ValueInfo[]
  /** Names of initializers in sparse form, left as they are. */
  sparse: Set<string>
  rest: Range[]
}

export interface OnnxNode {
  name: string
  opType: string
  domain: string
  /** `''` for an optional input or output that is not there. */
  inputs: string[]
  outputs: string[]
  attributes: OnnxAttribute[]
  /** The whole message in the file; absent for a node that was made or changed here. */
  range?: Range
}

export interface OnnxAttribute {
  name: string
  type: number
  i?: number
  f?: number
  s?: string
  /** As far as they are decoded; `range` has all of them. */
  ints?: number[]
  floats?: number[]
  t?: OnnxTensor
  g?: OnnxGraph
  graphs?: OnnxGraph[]
  /** The whole message in the file; absent for an attribute that was made here. */
  range?: Range
}

export interface OnnxTensor {
  name: string
  dtype: number
  dims: number[]
  elements: number
  /** Bytes of the values when they are laid out flat; strings count as they are stored. */
  bytes: number
  data: TensorData
  /** The whole message in the file. */
  range: Range
}

export type TensorData =
  /** Flat little-endian bytes in the model's file. */
  | { kind: 'flat'; range: Range }
  /** Values in a typed list whose encoding is not flat: packed ranges or single values. */
  | { kind: 'listed'; field: number; ranges: Range[]; packed: boolean }
  /** Flat little-endian bytes in another file; not checked yet. */
  | { kind: 'external'; location: string; offset: number; length: number | null }

export type Dimension = number | string | null

export interface ValueInfo {
  name: string
  /** Element type of a tensor; 0 when it is unknown or no tensor. */
  dtype: number
  /** Null when the shape is unknown. */
  shape: Dimension[] | null
  range: Range
}
