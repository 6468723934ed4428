import type { TensorSource } from '../formats/tensor_source.js'
import { rowBytes } from '../llama/ggml_types.js'
import type { Note } from '../protocol.js'
import { type ChosenType, chooseTypes, inFileOrder, type ModelNumbers } from './choose_types.js'
import { encodeHeader, type Header, type HeaderTensor } from './encode_header.js'
import { type FileTypeName, fileType } from './file_types.js'
import { Metadata } from './metadata.js'
import type { TargetTensor } from './plan_conversion.js'

/** Everything about a model that a GGUF of any type is made from. */
export interface ConversionInput {
  source: TensorSource
  targets: readonly TargetTensor[]
  /** Without what depends on the type. */
  metadata: Metadata
  model: ModelNumbers
  /** Size of the weights that are read, in bytes. */
  bytesBefore: number
  /** Changes when the source does; part of the checkpoint's fingerprint. */
  identity: unknown
  notes: readonly Note[]
}

export interface TypeOptions {
  fileType: FileTypeName
  overrides?: readonly { pattern: string; type: string }[]
  hasImportanceMatrix?: boolean
}

/** A tensor with the place and type that it will have. */
export interface LaidOutTensor {
  target: TargetTensor
  chosen: ChosenType
  /** Without padding. */
  bytes: number
}

export interface Layout {
  header: Header
  /** In file order. */
  tensors: LaidOutTensor[]
}

/** `GGML_QNT_VERSION`: the layouts of the blocks. */
const QUANTIZATION_VERSION = 2

/**
 * The whole file but for its weights.
 * @throws ModelError `E_OPTION_INVALID`
 */
export function layOut(input: ConversionInput, options: TypeOptions): Layout {
  const chosen = chooseTypes(input.targets, {
    fileType: options.fileType,
    model: input.model,
    hasImportanceMatrix: options.hasImportanceMatrix ?? false,
    overrides: options.overrides,
  })
  const tensors = inFileOrder(input.targets).map((target, i) => {
    const type = chosen[i]!
    const bytes = target.rows * rowBytes(type.type, target.rowElements)
    return { target, chosen: type, bytes }
  })
  const metadata = new Metadata()
  for (const [key, value] of input.metadata.entries) metadata.set(key, value)
  metadata
    .uint32('general.file_type', fileType(options.fileType).id)
    .uint32('general.quantization_version', QUANTIZATION_VERSION)
  const entries = tensors.map(({ target, chosen: { type }, bytes }): HeaderTensor => ({
    name: target.name,
    shape: target.shape,
    type,
    bytes,
  }))
  return { header: encodeHeader(metadata, entries), tensors }
}

/** Size of the finished file in bytes, exact to the byte. */
export function predictGgufBytes(input: ConversionInput, options: TypeOptions): number {
  return layOut(input, options).header.fileBytes
}
