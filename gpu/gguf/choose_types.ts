/**
 * Which ggml type every tensor of a file gets. The choices are those of llama.cpp v0.4.0
 * (`src/llama-quant.cpp`), so that our tensors equal those of `llama-quantize` byte for byte; the
 * mixtures themselves are in `mixtures.ts`.
 */
import { type GgmlTypeName, ggmlTypes } from '../llama/ggml_types.js'
import { ModelError } from '../shared/errors.js'
import { FILE_TYPE_NAMES, type FileTypeName, fileType } from './file_types.js'
import { type Category, categoryOf, isAttentionValue, mixtureType } from './mixtures.js'

export interface PlannedTensor {
  /** Name in the GGUF, e.g. `blk.0.attn_q.weight`. */
  name: string
  /** Outermost dimension first. */
  shape: readonly number[]
  /** ggml type that it keeps when it is not one of those that are quantized: `F32`, mostly. */
  plainType: GgmlTypeName
}

/** The numbers of the model that the choices depend on. */
export interface ModelNumbers {
  /** `general.architecture`. */
  architecture: string
  blockCount: number
  headCount: number
  headCountKv: number
  /** 0 for dense models. */
  expertCount: number
}

export interface TypeRequest {
  fileType: FileTypeName
  model: ModelNumbers
  hasImportanceMatrix: boolean
  /** The first pattern that is found in a tensor's name decides; only among quantized tensors. */
  overrides?: readonly { pattern: string; type: string }[]
}

export interface ChosenType {
  name: string
  /** ggml type, e.g. `Q6_K`. */
  type: GgmlTypeName
  /** The type that was meant when the row's length does not divide into its blocks. */
  insteadOf?: GgmlTypeName
  /** Quantizing it without an importance matrix gives garbage; llama.cpp refuses, and so do we. */
  needsImportance: boolean
  /** Chosen by a pattern of the order. */
  overridden: boolean
}

/**
 * Types of all tensors, in the order in which they are written (see `inFileOrder`).
 * @throws ModelError `E_OPTION_INVALID` for an override that is no pattern or names no type
 */
export function chooseTypes(tensors: readonly PlannedTensor[], request: TypeRequest): ChosenType[] {
  const { base } = fileType(request.fileType)
  const overrides = compile(request.overrides ?? [])
  const sorted = inFileOrder(tensors)
  const state = {
    fileType: request.fileType,
    model: request.model,
    hasImportanceMatrix: request.hasImportanceMatrix,
    valueTensors: sorted.filter(({ name }) => isAttentionValue(categoryOf(name))).length,
    tied: !sorted.some(({ name }) => name === 'output.weight'),
    seen: { value: 0, down: 0, gate: 0, up: 0 },
  }
  return sorted.map((tensor) => {
    const { name, shape, plainType } = tensor
    if (!isQuantizable(name, shape)) {
      return { name, type: plainType, needsImportance: false, overridden: false }
    }
    const override = overrides.find(({ pattern }) => pattern.test(name))
    if (!ggmlTypes[base].quantized) {
      const type = override?.type ?? base
      return { name, ...fitted(type, shape), needsImportance: false, overridden: !!override }
    }
    const type = override?.type ?? mixtureType(state, tensor, base)
    const chosen = fitted(type, shape)
    const needsImportance = needsImportanceMatrix(name, chosen.type, request.fileType)
    return { name, ...chosen, needsImportance, overridden: !!override }
  })
}

/**
 * llama.cpp's order: what belongs to no layer first, then layer by layer, by name. The mixtures
 * count tensors in this order.
 */
export function inFileOrder<T extends { name: string }>(tensors: readonly T[]): T[] {
  return tensors
    .map((tensor) => ({ tensor, layer: layerOf(tensor.name) }))
    .sort((a, b) => a.layer - b.layer || (a.tensor.name < b.tensor.name ? -1 : 1))
    .map(({ tensor }) => tensor)
}

export function layerOf(name: string): number {
  const layer = /^blk\.(\d+)\./.exec(name)?.[1]
  return layer === undefined ? -1 : Number(layer)
}

/** Small or sensitive tensors of any architecture that stay as they are. */
const NEVER = [
  '_norm.weight',
  'ffn_gate_inp.weight',
  'ffn_gate_tid2eid.weight',
  'altup',
  'laurel',
  'per_layer_model_proj',
  'ssm_conv1d',
  'shortconv.conv.weight',
  'indexer.k_proj.weight',
  'indexer.q_proj.weight',
  'time_mix_first.weight',
  'time_mix_lerp_fused.weight',
  'attn_rel_b.weight',
  '.position_embd',
  'sam.pos_embd',
  'sam.neck.',
  'sam.net_',
  '.rel_pos',
  '.patch_embd',
  '.patch_merger',
  'a.rvq.codebook',
  'mm.a.code_embd',
]
const NEVER_EXACTLY = new Set(['position_embd.weight', 'token_types.weight'])
const NEVER_TIME_MIX = /time_mix_(w[012]|v[012]|a[012]|g[12]|decay_w[12])\.weight/

/** Whether any quantized file has this tensor in blocks. */
export function isQuantizable(name: string, shape: readonly number[]): boolean {
  // Leading dimensions of 1 do not count: [1, 64] is a vector.
  const first = shape.findIndex((length) => length !== 1)
  if (first < 0 || shape.length - first < 2) return false
  if (!name.endsWith('weight') || NEVER_EXACTLY.has(name)) return false
  return !NEVER.some((part) => name.includes(part)) && !NEVER_TIME_MIX.test(name)
}

/** What is taken when a row of a tensor does not divide into blocks of 256. */
const SMALLER_BLOCKS: Partial<Record<GgmlTypeName, GgmlTypeName>> = {
  IQ1_S: 'IQ4_NL',
  IQ1_M: 'IQ4_NL',
  IQ2_XXS: 'IQ4_NL',
  IQ2_XS: 'IQ4_NL',
  IQ2_S: 'IQ4_NL',
  IQ3_XXS: 'IQ4_NL',
  IQ3_S: 'IQ4_NL',
  IQ4_XS: 'IQ4_NL',
  Q2_K: 'Q4_0',
  Q3_K: 'Q4_0',
  TQ1_0: 'Q4_0',
  TQ2_0: 'Q4_0',
  Q4_K: 'Q5_0',
  Q5_K: 'Q5_1',
  Q6_K: 'Q8_0',
}

function fitted(
  type: GgmlTypeName,
  shape: readonly number[]
): { type: GgmlTypeName; insteadOf?: GgmlTypeName } {
  const row = shape.at(-1) ?? 1
  if (row % ggmlTypes[type].blockElements === 0) return { type }
  const smaller = SMALLER_BLOCKS[type] ?? type
  const fits = row % ggmlTypes[smaller].blockElements === 0
  return { type: fits ? smaller : 'F16', insteadOf: type }
}

const NEED_IMPORTANCE = new Set<GgmlTypeName>([
  'IQ3_XXS',
  'IQ2_XXS',
  'IQ2_XS',
  'IQ2_S',
  'IQ1_M',
  'IQ1_S',
])

function needsImportanceMatrix(
  name: string,
  type: GgmlTypeName,
  fileTypeName: FileTypeName
): boolean {
  const category: Category = categoryOf(name)
  if (category === 'output' || category === 'token_embd') return false
  return NEED_IMPORTANCE.has(type) || (type === 'Q2_K' && fileTypeName === 'Q2_K_S')
}

function compile(overrides: readonly { pattern: string; type: string }[]) {
  return overrides.map(({ pattern, type }) => {
    const known = type.trim().toUpperCase() as GgmlTypeName
    try {
      if (!WRITABLE.has(known)) throw new RangeError(`No type to write: ${type}`)
      return { pattern: new RegExp(pattern), type: known }
    } catch (cause) {
      throw new ModelError(
        'E_OPTION_INVALID',
        `The override “${pattern}” → “${type}” is not a pattern with a ggml type such as Q6_K.`,
        { params: { option: 'overrides', value: `${pattern} → ${type}` }, cause }
      )
    }
  })
}

/** Every base type and those that only mixtures use. */
const WRITABLE = new Set<GgmlTypeName>([
  ...FILE_TYPE_NAMES.map((name) => fileType(name).base),
  'Q3_K',
  'Q4_K',
  'Q5_K',
])
