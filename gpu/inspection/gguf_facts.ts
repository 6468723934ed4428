import { basename } from 'node:path'
import type { GgufMetadata } from '../formats/gguf/gguf_values.js'
import type { GgufModel } from '../formats/open_model.js'
import { ggmlTypes, type GgmlTypeName } from '../llama/ggml_types.js'
import { type ModelFacts, type RunShape, tensorFacts } from './facts.js'

export function ggufFacts({ path, files, source }: GgufModel): ModelFacts {
  const { metadata } = source
  const tensors = [...source.tensors.values()]
  const architecture = metadata.text('general.architecture')
  return {
    format: 'gguf',
    source: path,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    files,
    architecture,
    name: metadata.text('general.name') ?? basename(path),
    licence: metadata.text('general.license.name') ?? metadata.text('general.license'),
    ...tensorFacts(tensors),
    tokenizer: tokenizerOf(metadata),
    quantizedAlready: quantizedType(tensors),
    contextLength: metadata.number(`${architecture}.context_length`),
    notes: [],
  }
}

export function ggufRunShape(metadata: GgufMetadata): RunShape | null {
  const architecture = metadata.text('general.architecture')
  const key = (name: string) => metadata.number(`${architecture}.${name}`)
  const layers = key('block_count')
  const heads = key('attention.head_count')
  const hidden = key('embedding_length')
  if (!layers || !heads || !hidden) return null
  return {
    layers,
    keyValueHeads: key('attention.head_count_kv') ?? heads,
    headDim: key('attention.key_length') ?? hidden / heads,
    contextLength: key('context_length') ?? 2048,
  }
}

function tokenizerOf(metadata: GgufMetadata): ModelFacts['tokenizer'] {
  const tokens = metadata.count('tokenizer.ggml.tokens')
  if (tokens === null) return null
  const model = metadata.text('tokenizer.ggml.model') ?? 'unknown'
  return { model, pre: metadata.text('tokenizer.ggml.pre'), tokens }
}

/** The block type that most of the file consists of, if it is one. */
function quantizedType(tensors: readonly { dtype: string; bytes: number }[]): string | null {
  const bytes = new Map<string, number>()
  let total = 0
  for (const tensor of tensors) {
    total += tensor.bytes
    if (!ggmlTypes[tensor.dtype as GgmlTypeName].quantized) continue
    bytes.set(tensor.dtype, (bytes.get(tensor.dtype) ?? 0) + tensor.bytes)
  }
  const [first] = [...bytes].sort((a, b) => b[1] - a[1])
  return first && first[1] > total / 4 ? first[0] : null
}
