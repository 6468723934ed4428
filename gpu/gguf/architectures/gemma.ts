/** Gemma 1 to 3 (the text model of the multimodal ones). */
import type { Note } from '../../protocol.js'
import { note } from '../../shared/errors.js'
import type { Metadata } from '../metadata.js'
import type { Architecture, Step } from './architecture.js'
import { writeCommonMetadata } from './common_metadata.js'
import type { Config } from './config.js'
import { commonStep, LAYER, parseName } from './tensor_names.js'

type Name = 'gemma' | 'gemma2' | 'gemma3'

/** From Gemma 2 on there are norms on both sides of attention and feed-forward. */
const LAYER_WITH_FOUR_NORMS = {
  ...LAYER,
  post_attention_layernorm: 'post_attention_norm',
  pre_feedforward_layernorm: 'ffn_norm',
  post_feedforward_layernorm: 'post_ffw_norm',
}

const DEFAULTS: Record<Name, Record<string, unknown>> = {
  gemma: { max_position_embeddings: 8192, num_key_value_heads: 16 },
  gemma2: {
    max_position_embeddings: 8192,
    num_key_value_heads: 4,
    attn_logit_softcapping: 50,
    final_logit_softcapping: 30,
    sliding_window: 4096,
  },
  gemma3: {
    max_position_embeddings: 131_072,
    num_attention_heads: 8,
    num_key_value_heads: 4,
    rope_theta: 1_000_000,
    sliding_window: 4096,
  },
}

export function gemmaArchitecture(name: Name): Architecture {
  return {
    name,
    defaults: { head_dim: 256, rms_norm_eps: 1e-6, rope_theta: 10_000, ...DEFAULTS[name] },
    writeMetadata: (metadata, config) => writeGemmaMetadata(metadata, name, config),
    steps: (tensorName) => gemmaSteps(tensorName, name),
    notes: (config) => attentionScaleNote(name, config),
  }
}

function writeGemmaMetadata(metadata: Metadata, name: Name, config: Config) {
  writeCommonMetadata(metadata, name, config)
  if (name === 'gemma') return
  metadata.uint32(`${name}.attention.sliding_window`, config.optional('sliding_window'))
  const final = config.optional('final_logit_softcapping')
  if (final) metadata.float32(`${name}.final_logit_softcapping`, final)
  if (name === 'gemma2') {
    const attention = config.optional('attn_logit_softcapping')
    metadata.float32(`${name}.attn_logit_softcapping`, attention)
  }
}

function gemmaSteps(name: string, architecture: Name): Step[] | null {
  // The output layer is the embedding; a copy of it may have been saved.
  if (name === 'lm_head.weight') return []
  const tensor = parseName(name)
  const layer = architecture === 'gemma' ? LAYER : LAYER_WITH_FOUR_NORMS
  const step = tensor && commonStep(tensor, layer)
  if (!step) return null
  return [name.endsWith('norm.weight') ? { ...step, plus: 1 } : step]
}

/** llama.cpp scales attention by the head's width, except in the 27B models. */
function attentionScaleNote(name: Name, config: Config): Note[] {
  const scalar = config.optional('query_pre_attn_scalar')
  const is27B = config.layers === (name === 'gemma2' ? 46 : 62)
  if (name === 'gemma' || scalar === undefined || scalar === config.headDim || is27B) return []
  return [
    note(
      'attention_scale_differs',
      `The model scales attention by ${scalar} (query_pre_attn_scalar), llama.cpp by the head’s width of ${config.headDim}: its answers will differ.`,
      { scalar, headDim: config.headDim }
    ),
  ]
}
