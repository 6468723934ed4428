/** Rotary position embeddings: their numbers in `config.json`, GGUF keys and factor tensors. */
import type { Metadata } from '../metadata.js'
import type { Config } from './config.js'

export interface Rope {
  theta?: number
  /** Base of the layers with a sliding window, where it differs (Gemma 3). */
  slidingTheta?: number
  /** `default`, `linear`, `yarn`, `llama3`, `longrope`, `dynamic`. */
  type: string
  factor?: number
  originalContext?: number
  /** Share of a head's dimensions that turn. */
  partial: number
  values: Record<string, unknown>
}

/** Old configurations have `rope_theta` and `rope_scaling`, new ones `rope_parameters`. */
export function ropeOf(config: Config): Rope {
  const parameters = config.object('rope_parameters') ?? config.object('rope_scaling') ?? {}
  const full = (parameters.full_attention ?? parameters) as Record<string, unknown>
  const sliding = parameters.sliding_attention as Record<string, unknown> | undefined
  const type = full.rope_type ?? full.type
  return {
    theta: numeric(full.rope_theta) ?? config.optional('rope_theta', 'rotary_emb_base'),
    slidingTheta: numeric(sliding?.rope_theta) ?? config.optional('rope_local_base_freq'),
    type: typeof type === 'string' ? type.toLowerCase() : 'default',
    factor: numeric(full.factor),
    originalContext:
      numeric(full.original_max_position_embeddings) ??
      config.optional('original_max_position_embeddings'),
    partial: numeric(full.partial_rotary_factor) ?? config.optional('partial_rotary_factor') ?? 1,
    values: full,
  }
}

export function writeRope(metadata: Metadata, architecture: string, rope: Rope): void {
  const key = (name: string) => `${architecture}.rope.${name}`
  const { values } = rope
  if (rope.type === 'linear' || rope.type === 'yarn') {
    if (rope.factor !== undefined) {
      metadata.string(key('scaling.type'), rope.type)
      metadata.float32(key('scaling.factor'), rope.factor)
    }
  } else if (rope.type === 'longrope' || rope.type === 'su') {
    metadata.string(key('scaling.type'), 'longrope')
  }
  if (rope.type === 'yarn') {
    metadata.uint32(key('scaling.original_context_length'), rope.originalContext)
    metadata.float32(key('scaling.yarn_ext_factor'), numeric(values.extrapolation_factor))
    const attention = numeric(values.attention_factor) ?? numeric(values.attn_factor)
    metadata.float32(key('scaling.yarn_attn_factor'), attention)
    metadata.float32(key('scaling.yarn_beta_fast'), numeric(values.beta_fast))
    metadata.float32(key('scaling.yarn_beta_slow'), numeric(values.beta_slow))
  }
  metadata.float32(key('freq_base'), rope.theta)
  metadata.float32(key('freq_base_swa'), rope.slidingTheta)
}

/**
 * Llama 3.1's scaling as divisors of the frequencies, one per pair of dimensions: high frequencies
 * stay, low ones are divided by `factor`, those between pass over smoothly. Source:
 * `_compute_llama3_parameters` of transformers.
 */
export function llama3Factors(rope: Rope, headDim: number): Float32Array {
  const base = rope.theta ?? 10_000
  const factor = rope.factor ?? 8
  const low = numeric(rope.values.low_freq_factor) ?? 1
  const high = numeric(rope.values.high_freq_factor) ?? 4
  const original = rope.originalContext ?? 8192
  // In single precision, like the factors that the models were trained with.
  const f32 = Math.fround
  return Float32Array.from({ length: headDim / 2 }, (_, i) => {
    const frequency = f32(1 / f32(base ** f32((2 * i) / headDim)))
    const wavelength = f32((2 * Math.PI) / frequency)
    if (wavelength < original / high) return 1
    if (wavelength > original / low) return factor
    const smooth = f32(f32(f32(original / wavelength) - low) / (high - low))
    return f32(1 / f32(f32(f32(1 - smooth) / factor) + smooth))
  })
}

export function numeric(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

export function numbers(value: unknown): number[] | undefined {
  return Array.isArray(value) && value.every((item) => numeric(item) !== undefined)
    ? (value as number[])
    : undefined
}
