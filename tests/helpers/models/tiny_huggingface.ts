/**
 * Folders as transformers saves them, of every architecture, with weights from a formula: small
 * enough to be made in a test, and the same anywhere, so that logits can be compared with those
 * that transformers itself gave (`tests/fixtures/gguf/reference_logits.json`).
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeSafetensors } from '#gpu/formats/safetensors/write_safetensors'
import { byteLevelTokenizer, sentencePieceModel } from './tiny_tokenizers.js'

export interface TinyOptions {
  /** Width; rows of 64 do not divide into the blocks of 256 that K types have. */
  hidden?: number
  feedForward?: number
  layers?: number
  /** Put into one weight, e.g. NaN. */
  spoil?: { tensor: string; value: number }
  config?: Record<string, unknown>
}

interface Dimensions {
  hidden: number
  feedForward: number
  layers: number
  heads: number
  keyHeads: number
  headDim: number
  vocabulary: number
}

type Shapes = [name: string, shape: number[]][]

interface Family {
  tokenizer: 'bpe' | 'spm'
  config: Record<string, unknown>
  shapes(dimensions: Dimensions): Shapes
}

const llamaLike = (options: { tied?: boolean; bias?: boolean; headNorms?: boolean } = {}) => {
  return (d: Dimensions): Shapes => [
    ['model.embed_tokens.weight', [d.vocabulary, d.hidden]],
    ...layers(d, (layer) => [
      ...attention(layer, d, options),
      ...norms(layer, d, ['input_layernorm', 'post_attention_layernorm']),
      ...mlp(`${layer}.mlp`, d.hidden, d.feedForward),
    ]),
    ['model.norm.weight', [d.hidden]],
    ...(options.tied ? [] : [['lm_head.weight', [d.vocabulary, d.hidden]] as Shapes[number]]),
  ]
}

function layers({ layers: count }: Dimensions, of: (prefix: string) => Shapes): Shapes {
  return Array.from({ length: count }, (_, i) => of(`model.layers.${i}`)).flat()
}

function norms(layer: string, { hidden }: Dimensions, names: string[]): Shapes {
  return names.map((name) => [`${layer}.${name}.weight`, [hidden]])
}

function attention(
  layer: string,
  d: Dimensions,
  { bias, headNorms }: { bias?: boolean; headNorms?: boolean }
): Shapes {
  const [q, kv] = [d.heads * d.headDim, d.keyHeads * d.headDim]
  const rows = { q_proj: q, k_proj: kv, v_proj: kv }
  const projections = Object.entries(rows).flatMap(([name, length]): Shapes => {
    const prefix = `${layer}.self_attn.${name}`
    return [
      [`${prefix}.weight`, [length, d.hidden]],
      ...(bias ? ([[`${prefix}.bias`, [length]]] as Shapes) : []),
    ]
  })
  return [
    ...projections,
    [`${layer}.self_attn.o_proj.weight`, [d.hidden, q]],
    ...(headNorms
      ? ([
          [`${layer}.self_attn.q_norm.weight`, [d.headDim]],
          [`${layer}.self_attn.k_norm.weight`, [d.headDim]],
        ] as Shapes)
      : []),
  ]
}

function mlp(prefix: string, hidden: number, inner: number): Shapes {
  return [
    [`${prefix}.gate_proj.weight`, [inner, hidden]],
    [`${prefix}.up_proj.weight`, [inner, hidden]],
    [`${prefix}.down_proj.weight`, [hidden, inner]],
  ]
}

const EXPERTS = 4
const EXPERT_WIDTH = 32

function mixtral(d: Dimensions): Shapes {
  return [
    ['model.embed_tokens.weight', [d.vocabulary, d.hidden]],
    ...layers(d, (layer) => [
      ...attention(layer, d, {}),
      ...norms(layer, d, ['input_layernorm', 'post_attention_layernorm']),
      [`${layer}.block_sparse_moe.gate.weight`, [EXPERTS, d.hidden]],
      ...Array.from({ length: EXPERTS }, (_, i): Shapes => {
        const expert = `${layer}.block_sparse_moe.experts.${i}`
        return [
          [`${expert}.w1.weight`, [d.feedForward, d.hidden]],
          [`${expert}.w2.weight`, [d.hidden, d.feedForward]],
          [`${expert}.w3.weight`, [d.feedForward, d.hidden]],
        ]
      }).flat(),
    ]),
    ['model.norm.weight', [d.hidden]],
    ['lm_head.weight', [d.vocabulary, d.hidden]],
  ]
}

const qwenMoe = ({ shared }: { shared: boolean }) => {
  return (d: Dimensions): Shapes => [
    ['model.embed_tokens.weight', [d.vocabulary, d.hidden]],
    ...layers(d, (layer) => [
      ...attention(layer, d, { bias: shared, headNorms: !shared }),
      ...norms(layer, d, ['input_layernorm', 'post_attention_layernorm']),
      [`${layer}.mlp.gate.weight`, [EXPERTS, d.hidden]],
      ...Array.from({ length: EXPERTS }, (_, i) =>
        mlp(`${layer}.mlp.experts.${i}`, d.hidden, EXPERT_WIDTH)
      ).flat(),
      ...(shared
        ? [
            ...mlp(`${layer}.mlp.shared_expert`, d.hidden, d.feedForward),
            [`${layer}.mlp.shared_expert_gate.weight`, [1, d.hidden]] as Shapes[number],
          ]
        : []),
    ]),
    ['model.norm.weight', [d.hidden]],
    ['lm_head.weight', [d.vocabulary, d.hidden]],
  ]
}

const gemma = ({ headNorms }: { headNorms: boolean }) => {
  return (d: Dimensions): Shapes => [
    ['model.embed_tokens.weight', [d.vocabulary, d.hidden]],
    ...layers(d, (layer) => [
      ...attention(layer, d, { headNorms }),
      ...norms(layer, d, [
        'input_layernorm',
        'post_attention_layernorm',
        'pre_feedforward_layernorm',
        'post_feedforward_layernorm',
      ]),
      ...mlp(`${layer}.mlp`, d.hidden, d.feedForward),
    ]),
    ['model.norm.weight', [d.hidden]],
  ]
}

function phi3(d: Dimensions): Shapes {
  const q = d.heads * d.headDim
  return [
    ['model.embed_tokens.weight', [d.vocabulary, d.hidden]],
    ...layers(d, (layer) => [
      [`${layer}.self_attn.qkv_proj.weight`, [q + 2 * d.keyHeads * d.headDim, d.hidden]],
      [`${layer}.self_attn.o_proj.weight`, [d.hidden, q]],
      ...norms(layer, d, ['input_layernorm', 'post_attention_layernorm']),
      [`${layer}.mlp.gate_up_proj.weight`, [2 * d.feedForward, d.hidden]],
      [`${layer}.mlp.down_proj.weight`, [d.hidden, d.feedForward]],
    ]),
    ['model.norm.weight', [d.hidden]],
    ['lm_head.weight', [d.vocabulary, d.hidden]],
  ]
}

const POSITIONS = 128

function gpt2(d: Dimensions): Shapes {
  const pair = (name: string, ...shape: number[]): Shapes => [
    [`${name}.weight`, shape],
    [`${name}.bias`, [shape.at(-1)!]],
  ]
  return [
    ['transformer.wte.weight', [d.vocabulary, d.hidden]],
    ['transformer.wpe.weight', [POSITIONS, d.hidden]],
    ...Array.from({ length: d.layers }, (_, i): Shapes => {
      const layer = `transformer.h.${i}`
      return [
        ...pair(`${layer}.ln_1`, d.hidden),
        ...pair(`${layer}.attn.c_attn`, d.hidden, 3 * d.hidden),
        ...pair(`${layer}.attn.c_proj`, d.hidden, d.hidden),
        ...pair(`${layer}.ln_2`, d.hidden),
        ...pair(`${layer}.mlp.c_fc`, d.hidden, 4 * d.hidden),
        ...pair(`${layer}.mlp.c_proj`, 4 * d.hidden, d.hidden),
      ]
    }).flat(),
    ...pair('transformer.ln_f', d.hidden),
  ]
}

const LONG = Array.from({ length: 8 }, (_, i) => 1 + i / 4)
const SHORT = Array.from({ length: 8 }, (_, i) => 1 + i / 32)

const FAMILIES = {
  llama: {
    tokenizer: 'spm',
    config: { architectures: ['LlamaForCausalLM'], model_type: 'llama' },
    shapes: llamaLike(),
  },
  llama31: {
    tokenizer: 'bpe',
    config: {
      architectures: ['LlamaForCausalLM'],
      model_type: 'llama',
      rope_theta: 500_000,
      rope_scaling: {
        rope_type: 'llama3',
        factor: 8,
        low_freq_factor: 1,
        high_freq_factor: 4,
        original_max_position_embeddings: 32,
      },
    },
    shapes: llamaLike(),
  },
  mistral: {
    tokenizer: 'spm',
    config: { architectures: ['MistralForCausalLM'], model_type: 'mistral', sliding_window: null },
    shapes: llamaLike(),
  },
  mixtral: {
    tokenizer: 'spm',
    config: {
      architectures: ['MixtralForCausalLM'],
      model_type: 'mixtral',
      num_local_experts: EXPERTS,
      num_experts_per_tok: 2,
    },
    shapes: mixtral,
  },
  smollm: {
    tokenizer: 'bpe',
    config: {
      architectures: ['LlamaForCausalLM'],
      model_type: 'llama',
      tie_word_embeddings: true,
      rope_scaling: { type: 'linear', factor: 2 },
    },
    shapes: llamaLike({ tied: true }),
  },
  qwen2: {
    tokenizer: 'bpe',
    config: {
      architectures: ['Qwen2ForCausalLM'],
      model_type: 'qwen2',
      rope_scaling: { type: 'yarn', factor: 4, original_max_position_embeddings: 32 },
    },
    shapes: llamaLike({ bias: true }),
  },
  qwen3: {
    tokenizer: 'bpe',
    config: {
      architectures: ['Qwen3ForCausalLM'],
      model_type: 'qwen3',
      head_dim: 32,
      tie_word_embeddings: true,
    },
    shapes: llamaLike({ tied: true, headNorms: true }),
  },
  qwen2moe: {
    tokenizer: 'bpe',
    config: {
      architectures: ['Qwen2MoeForCausalLM'],
      model_type: 'qwen2_moe',
      num_experts: EXPERTS,
      num_experts_per_tok: 2,
      moe_intermediate_size: EXPERT_WIDTH,
      shared_expert_intermediate_size: 96,
      norm_topk_prob: false,
    },
    shapes: qwenMoe({ shared: true }),
  },
  qwen3moe: {
    tokenizer: 'bpe',
    config: {
      architectures: ['Qwen3MoeForCausalLM'],
      model_type: 'qwen3_moe',
      head_dim: 16,
      num_experts: EXPERTS,
      num_experts_per_tok: 2,
      moe_intermediate_size: EXPERT_WIDTH,
      norm_topk_prob: true,
    },
    shapes: qwenMoe({ shared: false }),
  },
  gemma: {
    tokenizer: 'spm',
    config: { architectures: ['GemmaForCausalLM'], model_type: 'gemma', head_dim: 16 },
    shapes: llamaLike({ tied: true }),
  },
  gemma2: {
    tokenizer: 'spm',
    config: {
      architectures: ['Gemma2ForCausalLM'],
      model_type: 'gemma2',
      head_dim: 16,
      query_pre_attn_scalar: 16,
      sliding_window: 4,
      attn_logit_softcapping: 50.5,
      final_logit_softcapping: 30.5,
    },
    shapes: gemma({ headNorms: false }),
  },
  gemma3: {
    tokenizer: 'spm',
    config: {
      architectures: ['Gemma3ForCausalLM'],
      model_type: 'gemma3_text',
      head_dim: 16,
      query_pre_attn_scalar: 16,
      sliding_window: 4,
      num_hidden_layers: 7,
      rope_theta: 1_000_000,
      rope_local_base_freq: 10_000,
    },
    shapes: gemma({ headNorms: true }),
  },
  phi3: {
    tokenizer: 'spm',
    config: {
      architectures: ['Phi3ForCausalLM'],
      model_type: 'phi3',
      max_position_embeddings: 2048,
      original_max_position_embeddings: 512,
      rope_scaling: { type: 'longrope', long_factor: LONG, short_factor: SHORT },
    },
    shapes: phi3,
  },
  phi4: {
    tokenizer: 'bpe',
    config: {
      architectures: ['Phi3ForCausalLM'],
      model_type: 'phi3',
      original_max_position_embeddings: POSITIONS,
      sliding_window: null,
    },
    shapes: phi3,
  },
  gpt2: {
    tokenizer: 'bpe',
    config: {
      architectures: ['GPT2LMHeadModel'],
      model_type: 'gpt2',
      n_positions: POSITIONS,
      layer_norm_epsilon: 1e-5,
    },
    shapes: gpt2,
  },
} satisfies Record<string, Family>

export type FamilyName = keyof typeof FAMILIES
export const FAMILY_NAMES = Object.keys(FAMILIES) as FamilyName[]

export async function writeTinyHuggingFace(
  folder: string,
  family: FamilyName,
  options: TinyOptions = {}
): Promise<void> {
  const { tokenizer, config, shapes }: Family = FAMILIES[family]
  await mkdir(folder, { recursive: true })
  const { files, vocabulary } = tokenizer === 'bpe' ? byteLevelTokenizer() : sentencePieceModel()
  const dimensions = dimensionsOf({ ...config, ...options.config }, options, vocabulary)
  const json = { ...commonConfig(family, dimensions), ...config, ...options.config }
  await writeFile(join(folder, 'config.json'), JSON.stringify(json, null, 2))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  await writeSafetensors(
    join(folder, 'model.safetensors'),
    shapes(dimensions).map(([name, shape]) => ({
      name,
      dtype: 'F16',
      shape,
      data: async () => weightsOf(name, shape, family, options),
    }))
  )
}

function dimensionsOf(
  config: Record<string, unknown>,
  { hidden = 64, feedForward = 96, layers: count = 2 }: TinyOptions,
  vocabulary: number
): Dimensions {
  const heads = 4
  return {
    hidden,
    feedForward,
    layers: Number(config.num_hidden_layers ?? count),
    heads,
    keyHeads: 2,
    headDim: Number(config.head_dim ?? hidden / heads),
    vocabulary,
  }
}

function commonConfig(family: FamilyName, d: Dimensions): Record<string, unknown> {
  if (family === 'gpt2') {
    const counts = { n_embd: d.hidden, n_layer: d.layers, n_head: d.heads }
    return { ...counts, vocab_size: d.vocabulary, bos_token_id: 0, eos_token_id: 0 }
  }
  return {
    hidden_size: d.hidden,
    intermediate_size: d.feedForward,
    num_hidden_layers: d.layers,
    num_attention_heads: d.heads,
    num_key_value_heads: d.keyHeads,
    max_position_embeddings: POSITIONS,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    vocab_size: d.vocabulary,
    tie_word_embeddings: family.startsWith('gemma'),
    pad_token_id: 0,
  }
}

/**
 * Half-precision numbers that are exact in every float format: k/1024 with |k| ≤ 128, k from a
 * hash of name and position; norms are 1 more, but for Gemma, which adds the 1 itself.
 */
function weightsOf(name: string, shape: number[], family: FamilyName, options: TinyOptions) {
  const count = shape.reduce((a, b) => a * b, 1)
  const isNorm = /norm|ln_/.test(name) && name.endsWith('weight')
  const base = isNorm && !family.startsWith('gemma') ? 1 : 0
  const seed = hash(name)
  const values = new Float16Array(count)
  for (let i = 0; i < count; i++) {
    let x = (seed + Math.imul(i, 2654435761)) >>> 0
    x = Math.imul(x ^ (x >>> 15), 2246822519) >>> 0
    x = (x ^ (x >>> 13)) >>> 0
    values[i] = base + ((x >>> 24) - 128) / 1024
  }
  if (options.spoil?.tensor === name) values[count - 1] = options.spoil.value
  return new Uint8Array(values.buffer)
}

function hash(text: string): number {
  let value = 2166136261
  for (const character of text) value = Math.imul(value ^ character.codePointAt(0)!, 16777619)
  return value >>> 0
}
