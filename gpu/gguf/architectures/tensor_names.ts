/** Tensor names that most decoder models of Hugging Face share, and their names in GGUF. */
import type { Step } from './architecture.js'

const TOP: Record<string, string> = {
  embed_tokens: 'token_embd',
  norm: 'output_norm',
  lm_head: 'output',
}

/** Modules of a layer. */
export const LAYER: Readonly<Record<string, string>> = {
  'input_layernorm': 'attn_norm',
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  'self_attn.q_norm': 'attn_q_norm',
  'self_attn.k_norm': 'attn_k_norm',
  'post_attention_layernorm': 'ffn_norm',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
}

export interface NamedTensor {
  /** -1 for tensors outside the layers. */
  layer: number
  /** `self_attn.q_proj`. */
  module: string
  /** `weight` or `bias`. */
  kind: string
}

/** `layers.3.self_attn.q_proj.weight` in its parts. */
export function parseName(name: string): NamedTensor | null {
  const match = /^(?:(?:layers|h)\.(\d+)\.)?(.+)\.(weight|bias)$/.exec(name)
  if (!match) return null
  const [, layer, module, kind] = match
  return { layer: layer === undefined ? -1 : Number(layer), module: module!, kind: kind! }
}

export function targetName({ layer, kind }: NamedTensor, target: string): string {
  return layer < 0 ? `${target}.${kind}` : `blk.${layer}.${target}.${kind}`
}

/** The step for a tensor of the common layout, or null. */
export function commonStep(
  tensor: NamedTensor,
  layer: Readonly<Record<string, string>> = LAYER
): Step | null {
  const table = tensor.layer < 0 ? TOP : layer
  const target = Object.hasOwn(table, tensor.module) ? table[tensor.module] : undefined
  return target === undefined ? null : { to: targetName(tensor, target) }
}

const EXPERT_PROJECTIONS: Record<string, string> = {
  gate_proj: 'ffn_gate_exps',
  up_proj: 'ffn_up_exps',
  down_proj: 'ffn_down_exps',
  w1: 'ffn_gate_exps',
  w3: 'ffn_up_exps',
  w2: 'ffn_down_exps',
}

/**
 * Steps for the tensors of experts: one matrix per expert (`mlp.experts.5.up_proj.weight`), or all
 * of them in one tensor with gate and up behind each other (`mlp.experts.gate_up_proj`).
 */
export function expertSteps(name: string): Step[] | null {
  const one = /^layers\.(\d+)\.(?:mlp|block_sparse_moe)\.experts\.(\d+)\.(\w+)\.weight$/.exec(name)
  if (one) {
    const target = EXPERT_PROJECTIONS[one[3]!]
    return target ? [{ to: `blk.${one[1]}.${target}.weight`, expert: Number(one[2]) }] : null
  }
  const all = /^layers\.(\d+)\.(?:mlp|block_sparse_moe)\.experts\.(\w+?)(?:\.weight)?$/.exec(name)
  if (!all) return null
  const [, layer, projection] = all
  if (projection === 'gate_up_proj') {
    return [
      { to: `blk.${layer}.ffn_gate_exps.weight`, part: [0, 2] },
      { to: `blk.${layer}.ffn_up_exps.weight`, part: [1, 2] },
    ]
  }
  const target = Object.hasOwn(EXPERT_PROJECTIONS, projection!)
    ? EXPERT_PROJECTIONS[projection!]
    : undefined
  return target ? [{ to: `blk.${layer}.${target}.weight` }] : null
}
