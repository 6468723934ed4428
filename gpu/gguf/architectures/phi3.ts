/** Phi-3, Phi-3.5 and Phi-4, whose query, key and value (and gate and up) are one matrix. */
import { ModelError } from '../../shared/errors.js'
import type { Metadata } from '../metadata.js'
import type { Architecture, ExtraTensor } from './architecture.js'
import type { Config } from './config.js'
import { numbers, type Rope, ropeOf } from './rope.js'
import { commonStep, LAYER, parseName } from './tensor_names.js'

const PHI_LAYER = {
  ...LAYER,
  'self_attn.qkv_proj': 'attn_qkv',
  'mlp.gate_up_proj': 'ffn_up',
}

export const phi3: Architecture = {
  name: 'phi3',
  defaults: {
    max_position_embeddings: 4096,
    original_max_position_embeddings: 4096,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
  },
  writeMetadata: writePhiMetadata,
  steps(name) {
    const tensor = parseName(name)
    const step = tensor && commonStep(tensor, PHI_LAYER)
    return step ? [step] : null
  },
  extraTensors: longRopeFactors,
}

function writePhiMetadata(metadata: Metadata, config: Config) {
  const rope = ropeOf(config)
  metadata
    .uint32('phi3.context_length', config.count('max_position_embeddings'))
    .uint32('phi3.rope.scaling.original_context_length', rope.originalContext)
    .uint32('phi3.embedding_length', config.hidden)
    .uint32('phi3.feed_forward_length', config.count('intermediate_size'))
    .uint32('phi3.block_count', config.layers)
    .uint32('phi3.attention.head_count', config.heads)
    .uint32('phi3.attention.head_count_kv', config.keyHeads)
    .float32('phi3.attention.layer_norm_rms_epsilon', config.number('rms_norm_eps'))
    .uint32('phi3.rope.dimension_count', turningDimensions(config, rope))
    .float32('phi3.rope.freq_base', rope.theta)
    // 0 is how llama.cpp tells Phi-4 from the others.
    .uint32('phi3.attention.sliding_window', config.optional('sliding_window') ?? 0)
  if (hasLongFactors(rope)) {
    metadata.float32('phi3.rope.scaling.attn_factor', attentionFactor(config, rope))
  }
}

function turningDimensions(config: Config, rope: Rope): number {
  return Math.floor(Math.floor(rope.partial * config.hidden) / config.heads)
}

function hasLongFactors(rope: Rope): boolean {
  return Array.isArray(rope.values.long_factor)
}

/**
 * How much attention is sharpened in contexts longer than those of the training. Source: LongRoPE,
 * as in `_compute_longrope_parameters` of transformers.
 */
function attentionFactor(config: Config, rope: Rope): number {
  const original = rope.originalContext ?? 4096
  const scale = config.count('max_position_embeddings') / original
  if (scale <= 1) return 1
  if (rope.type === 'yarn') return 0.1 * Math.log(scale) + 1
  return Math.sqrt(1 + Math.log(scale) / Math.log(original))
}

function longRopeFactors(config: Config): ExtraTensor[] {
  const rope = ropeOf(config)
  if (!hasLongFactors(rope)) return []
  const pairs = turningDimensions(config, rope) / 2
  return (['long', 'short'] as const).map((length) => {
    const values = numbers(rope.values[`${length}_factor`])
    if (values?.length !== pairs) {
      throw new ModelError(
        'E_CONFIG_INVALID',
        `“config.json” must list ${pairs} numbers as ${length}_factor of the position embedding.`,
        { params: { file: 'config.json', detail: `${length}_factor` } }
      )
    }
    return { name: `rope_factors_${length}.weight`, values: Float32Array.from(values) }
  })
}
