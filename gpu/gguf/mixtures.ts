/**
 * The mixtures behind names such as `Q4_K_M`: tensors that hurt most get more bits. Restated from
 * `llama_tensor_get_type_impl` of llama.cpp v0.4.0; tests compare the outcome with the library.
 */
import { type GgmlTypeName, ggmlTypes } from '../llama/ggml_types.js'
import type { ModelNumbers, PlannedTensor } from './choose_types.js'
import type { FileTypeName } from './file_types.js'

export type Category =
  | 'output'
  | 'token_embd'
  | 'attn_qkv'
  | 'attn_kv_b'
  | 'attn_v'
  | 'attn_k'
  | 'attn_q'
  | 'attn_output'
  | 'ffn_up'
  | 'ffn_gate'
  | 'ffn_down'
  | 'other'

/** In this order: the first that is found in the name decides. */
const PARTS: readonly (readonly [part: string, Category])[] = [
  ['attn_qkv.weight', 'attn_qkv'],
  ['attn_kv_b.weight', 'attn_kv_b'],
  ['attn_v.weight', 'attn_v'],
  ['attn_k.weight', 'attn_k'],
  ['attn_q.weight', 'attn_q'],
  ['attn_output.weight', 'attn_output'],
  ['ffn_up', 'ffn_up'],
  ['ffn_gate', 'ffn_gate'],
  ['ffn_down', 'ffn_down'],
]

export function categoryOf(name: string): Category {
  if (name === 'output.weight') return 'output'
  if (name === 'token_embd.weight' || name === 'per_layer_token_embd.weight') return 'token_embd'
  return PARTS.find(([part]) => name.includes(part))?.[1] ?? 'other'
}

export function isAttentionValue(category: Category): boolean {
  return category === 'attn_v' || category === 'attn_qkv' || category === 'attn_kv_b'
}

export interface MixtureState {
  fileType: FileTypeName
  model: ModelNumbers
  hasImportanceMatrix: boolean
  /** Number of attention-value tensors in the file. */
  valueTensors: number
  /** The file has no `output.weight`; the token embedding does its work. */
  tied: boolean
  /** Tensors of each kind so far. */
  seen: { value: number; down: number; gate: number; up: number }
}

/** The type of one tensor; call it once for every quantizable tensor, in file order. */
export function mixtureType(
  state: MixtureState,
  tensor: PlannedTensor,
  base: GgmlTypeName
): GgmlTypeName {
  const category = categoryOf(tensor.name)
  const { fileType } = state
  if (category === 'output' || (state.tied && category === 'token_embd')) {
    return outputType(state, tensor, base)
  }
  if (fileType === 'MXFP4_MOE') {
    const isExperts = tensor.shape.length > 2 && (tensor.shape.at(-3) ?? 1) > 1
    return isExperts ? 'MXFP4' : 'Q8_0'
  }
  if (category === 'token_embd') return EMBEDDING[fileType] ?? base
  if (VERY_SMALL.has(fileType)) return verySmallType(state, category, base)
  if (isAttentionValue(category)) return valueType(state, base)
  if (category === 'attn_k') {
    return state.model.expertCount === 8 ? 'Q8_0' : (QUERY_KEY[fileType] ?? base)
  }
  if (category === 'attn_q') return QUERY_KEY[fileType] ?? base
  if (category === 'ffn_down') return downType(state, tensor, base)
  if (category === 'attn_output') return attentionOutputType(state, base)
  if (category === 'ffn_gate') return middleType(state, tensor, state.seen.gate++, base)
  if (category === 'ffn_up') return middleType(state, tensor, state.seen.up++, base)
  return base
}

const VERY_SMALL = new Set<FileTypeName>(['IQ1_S', 'IQ1_M', 'IQ2_XXS', 'IQ2_XS', 'IQ2_S', 'IQ2_M'])
const IQ2_LARGER = new Set<FileTypeName>(['IQ2_S', 'IQ2_M'])

function outputType(
  { fileType, model }: MixtureState,
  tensor: PlannedTensor,
  base: GgmlTypeName
): GgmlTypeName {
  if (fileType === 'MXFP4_MOE') return 'Q8_0'
  const row = tensor.shape.at(-1) ?? 1
  if (isFalcon(model) || row % ggmlTypes[base].blockElements !== 0) return 'Q8_0'
  if (VERY_SMALL.has(fileType) || fileType === 'IQ3_XXS') return 'Q5_K'
  return base === 'Q8_0' ? 'Q8_0' : 'Q6_K'
}

const EMBEDDING: Partial<Record<FileTypeName, GgmlTypeName>> = {
  IQ2_XXS: 'Q2_K',
  IQ2_XS: 'Q2_K',
  IQ1_S: 'Q2_K',
  IQ1_M: 'Q2_K',
  IQ2_S: 'IQ3_S',
  IQ2_M: 'IQ3_S',
  IQ3_XXS: 'IQ3_S',
  TQ1_0: 'Q4_K',
  TQ2_0: 'Q4_K',
}

const QUERY_KEY: Partial<Record<FileTypeName, GgmlTypeName>> = {
  IQ3_XS: 'IQ3_XXS',
  IQ3_XXS: 'IQ2_S',
}

/** The first model that was quantized in mixtures besides Llama; it has its own. */
function isFalcon(model: ModelNumbers): boolean {
  return model.architecture === 'falcon'
}

/** Query heads that share one key and value head, rounded down. */
function headsPerKey({ headCount, headCountKv }: ModelNumbers): number {
  return headCountKv === 0 ? 0 : Math.floor(headCount / headCountKv)
}

/** The first and last eighth of the layers and every third between them. */
function usesMoreBits(layer: number, layers: number): boolean {
  const eighth = Math.floor(layers / 8)
  return layer < eighth || layer >= Math.floor((7 * layers) / 8) || (layer - eighth) % 3 === 2
}

function verySmallType(state: MixtureState, category: Category, base: GgmlTypeName): GgmlTypeName {
  const { model, fileType } = state
  const larger = IQ2_LARGER.has(fileType)
  if (isAttentionValue(category)) {
    state.seen.value++
    if (headsPerKey(model) >= 4 || model.expertCount >= 4) return 'Q4_K'
    return larger ? 'IQ3_S' : 'Q2_K'
  }
  if (category === 'attn_k' && model.expertCount === 8) return 'Q4_K'
  if (category === 'ffn_down') {
    const early = state.seen.down++ < Math.floor(model.blockCount / 8)
    return early ? (larger ? 'IQ3_S' : 'Q2_K') : base
  }
  if (category === 'attn_output') {
    if (model.expertCount === 8) return 'Q5_K'
    if (fileType === 'IQ1_S' || fileType === 'IQ1_M') return 'IQ2_XXS'
    return larger ? 'IQ3_S' : base
  }
  return base
}

function valueType(state: MixtureState, base: GgmlTypeName): GgmlTypeName {
  const index = state.seen.value++
  if (state.model.expertCount === 8) return 'Q8_0'
  const type = plainValueType(state, index, base)
  const raised = isSeventyB(state.model) && (type === 'Q3_K' || type === 'Q4_K')
  return raised ? 'Q5_K' : type
}

function plainValueType(state: MixtureState, index: number, base: GgmlTypeName): GgmlTypeName {
  const shared = headsPerKey(state.model) >= 4
  switch (state.fileType) {
    case 'Q2_K':
      return shared ? 'Q4_K' : 'Q3_K'
    case 'Q2_K_S':
    case 'IQ3_XS':
    case 'IQ3_S':
      return shared ? 'Q4_K' : base
    case 'IQ3_XXS':
      return shared ? 'Q4_K' : state.hasImportanceMatrix ? 'IQ3_XXS' : 'IQ3_S'
    case 'IQ3_M':
      return 'Q4_K'
    case 'Q3_K_M':
      return index < 2 ? 'Q5_K' : 'Q4_K'
    case 'Q3_K_L':
      return 'Q5_K'
    case 'IQ4_NL':
    case 'IQ4_XS':
      return shared ? 'Q5_K' : base
    case 'Q4_K_M':
    case 'Q5_K_M':
      return usesMoreBits(index, state.valueTensors) ? 'Q6_K' : base
    case 'Q4_K_S':
      return index < 4 ? 'Q5_K' : base
    default:
      return base
  }
}

/** The Llama-2-70B shape, whose value tensors are an eighth of the queries: more bits cost little. */
function isSeventyB({ architecture, blockCount, headCount, headCountKv }: ModelNumbers): boolean {
  if (blockCount !== 80) return false
  return architecture === 'qwen2' || (architecture === 'llama' && headCount !== headCountKv)
}

/** Layer of a feed-forward tensor: by its name in mixtures of experts, else by counting. */
function layerIndex(state: MixtureState, tensor: PlannedTensor, counted: number): number {
  const named = /^blk\.(\d+)\./.exec(tensor.name)?.[1]
  return state.model.expertCount > 1 && named !== undefined ? Number(named) : counted
}

function downType(state: MixtureState, tensor: PlannedTensor, base: GgmlTypeName): GgmlTypeName {
  const { fileType, hasImportanceMatrix, model } = state
  const layers = model.blockCount
  const layer = layerIndex(state, tensor, state.seen.down++)
  const early = layer < Math.floor(layers / 8)
  switch (fileType) {
    case 'Q2_K':
      return 'Q3_K'
    case 'Q2_K_S':
      return early ? 'Q4_K' : base
    case 'IQ3_XXS':
      return hasImportanceMatrix ? base : early ? 'Q4_K' : 'Q3_K'
    case 'Q3_K_M':
      if (layer < Math.floor(layers / 16)) return 'Q5_K'
      return isFalcon(model) && !usesMoreBits(layer, layers) ? 'Q3_K' : 'Q4_K'
    case 'IQ3_M':
      return early || (model.expertCount === 8 && usesMoreBits(layer, layers)) ? 'Q4_K' : base
    case 'Q3_K_L':
      return isFalcon(model) ? 'Q4_K' : 'Q5_K'
    case 'Q4_K_M':
    case 'Q5_K_M':
      if (!usesMoreBits(layer, layers)) return base
      if (fileType === 'Q5_K_M' || !isFalcon(model)) return 'Q6_K'
      return layer < Math.floor(layers / 16) ? 'Q6_K' : 'Q5_K'
    case 'IQ4_NL':
    case 'IQ4_XS':
      return early && !hasImportanceMatrix ? 'Q5_K' : base
    case 'Q4_K_S':
      return early && !isFalcon(model) ? 'Q5_K' : base
    case 'Q4_0':
    case 'Q5_0':
      // With an importance matrix the first ones can go wrong in types without an offset.
      return early && hasImportanceMatrix ? (fileType === 'Q4_0' ? 'Q4_1' : 'Q5_1') : base
    default:
      return base
  }
}

const OUTPUT_OF_8_EXPERTS = new Set<FileTypeName>([
  'Q2_K',
  'IQ3_XS',
  'IQ3_XXS',
  'Q3_K_S',
  'Q3_K_M',
  'IQ4_NL',
  'Q4_K_S',
  'Q4_K_M',
  'IQ3_S',
  'IQ3_M',
  'IQ4_XS',
])
const ATTENTION_OUTPUT: Partial<Record<FileTypeName, GgmlTypeName>> = {
  Q2_K: 'Q3_K',
  IQ3_XXS: 'IQ3_S',
  Q3_K_M: 'Q4_K',
  Q3_K_L: 'Q5_K',
  IQ3_M: 'Q4_K',
}

function attentionOutputType({ model, fileType }: MixtureState, base: GgmlTypeName): GgmlTypeName {
  if (isFalcon(model)) return fileType === 'Q3_K_L' ? 'Q4_K' : base
  if (model.expertCount === 8) return OUTPUT_OF_8_EXPERTS.has(fileType) ? 'Q5_K' : base
  return ATTENTION_OUTPUT[fileType] ?? base
}

/** Gate and up projections: IQ3_XS saves in the middle layers. */
function middleType(
  state: MixtureState,
  tensor: PlannedTensor,
  seen: number,
  base: GgmlTypeName
): GgmlTypeName {
  const layers = state.model.blockCount
  const layer = layerIndex(state, tensor, seen)
  const middle = layer >= Math.floor(layers / 8) && layer < Math.floor((7 * layers) / 8)
  return state.fileType === 'IQ3_XS' && middle ? 'IQ3_XXS' : base
}
