/**
 * What a person asks for (`Q4_K_M`): number in `general.file_type` and the type that most tensors
 * get. Source: `llama_ftype_get_default_type` of llama.cpp v0.4.0.
 */
import type { GgmlTypeName } from '../llama/ggml_types.js'
import { FILE_TYPES } from '../llama/quantize_model.js'
import { ModelError } from '../shared/errors.js'

export interface FileType {
  /** `general.file_type`. */
  id: number
  /** ggml type of most tensors. */
  base: GgmlTypeName
}

const BASES = {
  F32: 'F32',
  F16: 'F16',
  Q4_0: 'Q4_0',
  Q4_1: 'Q4_1',
  Q8_0: 'Q8_0',
  Q5_0: 'Q5_0',
  Q5_1: 'Q5_1',
  Q2_K: 'Q2_K',
  Q3_K_S: 'Q3_K',
  Q3_K_M: 'Q3_K',
  Q3_K_L: 'Q3_K',
  Q4_K_S: 'Q4_K',
  Q4_K_M: 'Q4_K',
  Q5_K_S: 'Q5_K',
  Q5_K_M: 'Q5_K',
  Q6_K: 'Q6_K',
  IQ2_XXS: 'IQ2_XXS',
  IQ2_XS: 'IQ2_XS',
  Q2_K_S: 'Q2_K',
  IQ3_XS: 'IQ3_S',
  IQ3_XXS: 'IQ3_XXS',
  IQ1_S: 'IQ1_S',
  IQ4_NL: 'IQ4_NL',
  IQ3_S: 'IQ3_S',
  IQ3_M: 'IQ3_S',
  IQ2_S: 'IQ2_XS',
  IQ2_M: 'IQ2_S',
  IQ4_XS: 'IQ4_XS',
  IQ1_M: 'IQ1_M',
  BF16: 'BF16',
  TQ1_0: 'TQ1_0',
  TQ2_0: 'TQ2_0',
  MXFP4_MOE: 'MXFP4',
} as const satisfies Partial<Record<keyof typeof FILE_TYPES, GgmlTypeName>>

export type FileTypeName = keyof typeof BASES

export const FILE_TYPE_NAMES = Object.keys(BASES) as FileTypeName[]

/** Names that people use for a type with another name. */
const ALIASES: Record<string, FileTypeName> = {
  Q3_K: 'Q3_K_M',
  Q4_K: 'Q4_K_M',
  Q5_K: 'Q5_K_M',
  MXFP4: 'MXFP4_MOE',
  FP16: 'F16',
  FP32: 'F32',
}

/** What a job makes when nobody says otherwise. */
export const DEFAULT_FILE_TYPE: FileTypeName = 'Q4_K_M'

export function fileType(name: FileTypeName): FileType {
  return { id: FILE_TYPES[name], base: BASES[name] }
}

/**
 * The type with this name, in any case, also by the short names of `llama-quantize`.
 * @throws ModelError `E_TYPE_UNKNOWN`
 */
export function readFileType(text: string | undefined): FileTypeName {
  const name = (text ?? DEFAULT_FILE_TYPE).trim().toUpperCase().replaceAll('-', '_')
  const known = ALIASES[name] ?? name
  if (Object.hasOwn(BASES, known)) return known as FileTypeName
  throw new ModelError(
    'E_TYPE_UNKNOWN',
    `There is no GGUF type “${text}”. Known ones: ${FILE_TYPE_NAMES.join(', ')}.`,
    { params: { type: String(text) } }
  )
}
