/** A GGUF file in full or half precision, or in Q8_0, ready to be written in another type. */
import { stat } from 'node:fs/promises'
import type { GgufSource } from '../formats/gguf/open_gguf.js'
import type { TensorInfo } from '../formats/tensor_source.js'
import { type GgmlTypeName, ggmlTypes } from '../llama/ggml_types.js'
import type { Note } from '../protocol.js'
import { ModelError, note } from '../shared/errors.js'
import { isQuantizable } from './choose_types.js'
import type { ConversionInput } from './conversion_input.js'
import { Metadata } from './metadata.js'
import type { TargetTensor } from './plan_conversion.js'

/** Says how the old file was split or aligned, or of which type it was. */
const NOT_COPIED = /^(split\.|general\.(alignment|file_type|quantization_version)$)/

/** @throws ModelError `E_ALREADY_QUANTIZED` when there is nothing left to quantize from */
export async function prepareGguf(source: GgufSource): Promise<ConversionInput> {
  const tensors = [...source.tensors.values()]
  const quantized = tensors.find(({ name, dtype, shape }) => {
    return ggmlTypes[typeOf(dtype)].quantized && dtype !== 'Q8_0' && isQuantizable(name, shape)
  })
  if (quantized) throw alreadyQuantized(quantized.dtype)
  const metadata = new Metadata()
  for (const [key, value] of source.metadata.entries) {
    if (!NOT_COPIED.test(key)) metadata.set(key, value)
  }
  const architecture = source.metadata.text('general.architecture') ?? ''
  const key = (name: string) => source.metadata.number(`${architecture}.${name}`) ?? 0
  const stats = await Promise.all(source.paths.map((path) => stat(path)))
  return {
    source,
    targets: tensors.map(copied),
    metadata,
    model: {
      architecture,
      blockCount: key('block_count'),
      headCount: key('attention.head_count'),
      headCountKv: key('attention.head_count_kv') || key('attention.head_count'),
      expertCount: key('expert_count'),
    },
    bytesBefore: tensors.reduce((sum, { bytes }) => sum + bytes, 0),
    identity: [source.paths, stats.map(({ size, mtimeMs }) => [size, mtimeMs])],
    notes: tensors.some(({ dtype }) => dtype === 'Q8_0') ? REQUANTIZED : [],
  }
}

const REQUANTIZED: Note[] = [
  note(
    'requantized_from_q8_0',
    'The source is quantized to 8 bits already. The result is nearly as good as from the original, but not quite.'
  ),
]

function copied(source: TensorInfo): TargetTensor {
  const { name, shape } = source
  const rowElements = shape.at(-1) ?? 1
  const rows = shape.slice(0, -1).reduce((a, b) => a * b, 1)
  const parts = [{ source, rows, firstRow: 0 }]
  return { name, shape, plainType: typeOf(source.dtype), rows, rowElements, parts }
}

function typeOf(dtype: string): GgmlTypeName {
  return dtype as GgmlTypeName
}

function alreadyQuantized(type: string): ModelError {
  return new ModelError(
    'E_ALREADY_QUANTIZED',
    `The model is quantized already (${type}); doing it again would spoil it. Start from the original, or from a GGUF in F16, BF16 or Q8_0.`,
    { params: { type } }
  )
}
