import type { TensorInfo } from '../formats/tensor_source.js'
import type { Architecture } from './architectures.js'

export type Role = 'q' | 'k' | 'v' | 'qkv' | 'o' | 'gate' | 'up' | 'gate_up' | 'down'

/** A linear layer of a decoder layer. */
export interface Linear {
  /** Name without `.weight`. */
  module: string
  role: Role
  /** Rows of the weight. */
  outputs: number
  /** Columns of the weight. */
  inputs: number
  /** Whose inputs it shares: the name of its weight in a GGUF file. */
  input: string
  /** Which of a layer's experts, in a mixture. */
  expert: number | null
}

/** Moves a factor per channel from the inputs of `linears` into what feeds them. */
export interface Mapping {
  linears: Linear[]
  from: { norm: string; plusOne: boolean } | { linear: Linear; firstRow: number }
}

export interface Layer {
  index: number
  linears: Linear[]
  mappings: Mapping[]
}

const LINEAR = /^(.*?layers\.(\d+)\.)(?:self_attn|mlp|block_sparse_moe)\.(?:(.*)\.)?(\w+)\.weight$/
const ROLES: Readonly<Record<string, Role>> = Object.freeze({
  q_proj: 'q',
  k_proj: 'k',
  v_proj: 'v',
  qkv_proj: 'qkv',
  o_proj: 'o',
  gate_proj: 'gate',
  up_proj: 'up',
  gate_up_proj: 'gate_up',
  down_proj: 'down',
  w1: 'gate',
  w3: 'up',
  w2: 'down',
})
/** Names of one linear of each input in GGUF files (gguf-py `tensor_mapping.py`). */
const INPUT: Readonly<Record<Role, string>> = Object.freeze({
  q: 'attn_q',
  k: 'attn_q',
  v: 'attn_q',
  qkv: 'attn_qkv',
  o: 'attn_output',
  gate: 'ffn_gate',
  up: 'ffn_gate',
  gate_up: 'ffn_up',
  down: 'ffn_down',
})

/** The decoder layers with their linears, in order. Embeddings, norms, routers and the head are none. */
export function findLayers(
  tensors: ReadonlyMap<string, TensorInfo>,
  architecture: Architecture
): Layer[] {
  const layers = new Map<number, { prefix: string; linears: Linear[] }>()
  for (const info of tensors.values()) {
    const found = parse(info)
    if (!found) continue
    const layer = layers.get(found.layer) ?? { prefix: found.prefix, linears: [] }
    layers.set(found.layer, layer)
    layer.linears.push(found.linear)
  }
  return [...layers]
    .sort(([a], [b]) => a - b)
    .map(([index, { prefix, linears }]) => ({
      index,
      linears: linears.sort(byInput),
      mappings: findMappings(prefix, linears, tensors, architecture),
    }))
}

function parse(info: TensorInfo) {
  const [, prefix, layer, inner, last] = LINEAR.exec(info.name) ?? []
  const role = last === undefined ? undefined : ROLES[last]
  const [outputs, inputs] = info.shape
  if (!role || prefix === undefined || info.shape.length !== 2) return null
  const expert = /^experts\.(\d+)$/.exec(inner ?? '')?.[1]
  const suffix = expert === undefined ? (inner === 'shared_expert' ? '_shexp' : '') : '_exps'
  const linear: Linear = {
    module: info.name.slice(0, -'.weight'.length),
    role,
    outputs: outputs!,
    inputs: inputs!,
    input: `blk.${layer}.${INPUT[role]}${suffix}.weight`,
    expert: expert === undefined ? null : Number(expert),
  }
  return { prefix, layer: Number(layer), linear }
}

const RANK = Object.keys(INPUT)
function byInput(a: Linear, b: Linear): number {
  const byRole = RANK.indexOf(a.role) - RANK.indexOf(b.role)
  return (a.expert ?? -1) - (b.expert ?? -1) || byRole
}

/**
 * Where AWQ moves scales (AutoAWQ `models/*.py`, llm-compressor `mappings.py`). Not from values
 * into the output projection under grouped-query attention, where one value feeds several heads;
 * not from the norm into the experts of a mixture, whose router reads it too.
 */
function findMappings(
  prefix: string,
  linears: Linear[],
  tensors: ReadonlyMap<string, TensorInfo>,
  { feedForwardNorm, normPlusOne, scalesAttention }: Architecture
): Mapping[] {
  const mappings: Mapping[] = []
  const dense = linears.filter((each) => each.expert === null)
  const inputsOf = (...roles: Role[]) => dense.filter((each) => roles.includes(each.role))
  const fromNorm = (name: string, targets: Linear[]) => {
    const norm = `${prefix}${name}.weight`
    if (targets.length > 0 && tensors.has(norm)) {
      mappings.push({ linears: targets, from: { norm, plusOne: normPlusOne } })
    }
  }
  if (scalesAttention) fromNorm('input_layernorm', inputsOf('q', 'k', 'v', 'qkv'))
  const [value, output] = [inputsOf('v', 'qkv')[0], inputsOf('o')[0]]
  if (value && output) {
    const whole = value.role === 'v' ? output.inputs : 3 * output.inputs
    const sameShape = value.role === 'qkv' || value.outputs === output.outputs
    if (value.outputs === whole && sameShape) mappings.push(fromRows(value, [output]))
  }
  const experts = linears.some((each) => each.expert !== null)
  if (!experts) fromNorm(feedForwardNorm, inputsOf('gate', 'up', 'gate_up'))
  for (const down of linears.filter((each) => each.role === 'down')) {
    const up = linears.find((each) => {
      const parent = (module: string) => module.slice(0, module.lastIndexOf('.'))
      const isUp = each.role === 'up' || each.role === 'gate_up'
      return isUp && parent(each.module) === parent(down.module)
    })
    if (up) mappings.push(fromRows(up, [down]))
  }
  return mappings
}

/** The last rows of the linear before: of fused ones, values and `up` come last. */
function fromRows(linear: Linear, linears: Linear[]): Mapping {
  return { linears, from: { linear, firstRow: linear.outputs - linears[0]!.inputs } }
}
