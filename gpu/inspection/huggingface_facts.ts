import { basename } from 'node:path'
import type { BareWeights, HuggingFaceModel } from '../formats/open_model.js'
import { type ModelFacts, type RunShape, tensorFacts } from './facts.js'
import { readCard } from './licence.js'
import { quantizedAlready } from './quantized_already.js'

/** Of safetensors and PyTorch weights, with or without a configuration. No weights are read. */
export async function huggingFaceFacts(model: HuggingFaceModel | BareWeights): Promise<ModelFacts> {
  const { config, folder, files, source } = model
  const tensors = [...source.tensors.values()]
  const card = config ? await readCard(folder, files) : { licence: null, name: null }
  const listed = new Set(model.weightFiles)
  const weights = files.filter((file) => listed.has(file.name))
  return {
    format: source.format === 'pytorch' ? 'pytorch' : 'safetensors',
    source: model.path,
    bytes: weights.reduce((sum, file) => sum + file.bytes, 0),
    files: config ? files : weights,
    architecture: architectureOf(config),
    name: card.name ?? nameOf(config, model.path),
    licence: card.licence ?? text(config?.license),
    ...tensorFacts(tensors),
    tokenizer: null,
    quantizedAlready: quantizedAlready(config, tensors),
    contextLength: config ? contextOf(config) : null,
    notes: [],
  }
}

/** Null when the configuration does not say enough. */
export function runShapeOf(config: Record<string, unknown>): RunShape | null {
  const values = flat(config)
  const layers = number(values, 'num_hidden_layers', 'n_layer', 'n_layers', 'num_layers')
  const heads = number(values, 'num_attention_heads', 'n_head')
  const hidden = number(values, 'hidden_size', 'n_embd')
  if (layers === null || heads === null || hidden === null || heads === 0) return null
  return {
    layers,
    keyValueHeads: number(values, 'num_key_value_heads') ?? heads,
    headDim: number(values, 'head_dim') ?? hidden / heads,
    contextLength: contextOf(config) ?? 2048,
  }
}

function contextOf(config: Record<string, unknown>): number | null {
  return number(flat(config), 'max_position_embeddings', 'n_positions', 'n_ctx', 'seq_length')
}

function architectureOf(config: Record<string, unknown> | null): string | null {
  const first = Array.isArray(config?.architectures) ? config.architectures[0] : undefined
  return text(first) ?? text(config?.model_type)
}

function nameOf(config: Record<string, unknown> | null, path: string): string {
  const id = text(config?._name_or_path)
  // A path on somebody's disk says nothing.
  const fromHub = id !== null && id.split('/').length <= 2 ? id.split('/').at(-1) : undefined
  return fromHub || basename(path)
}

/** Multimodal models keep the numbers of their language model under `text_config`. */
function flat(config: Record<string, unknown>): Record<string, unknown> {
  const nested = config.text_config
  return nested !== null && typeof nested === 'object' ? { ...config, ...nested } : config
}

function number(values: Record<string, unknown>, ...names: string[]): number | null {
  for (const name of names) {
    const value = values[name]
    if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value
  }
  return null
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
