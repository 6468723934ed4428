/**
 * What a person asks for (`Q4_K_M`): number in `general.file_type` and the type that most tensors
 * get. Source: `enum llama_ftype` and `llama_ftype_get_default_type` of llama.cpp v0.4.0.
 */
import type { GgmlTypeName } from '../llama/ggml_types.js'
import { ModelError } from '../shared/errors.js'

export interface FileType {
  /** `general.file_type`. */
  id: number
  /** ggml type of most tensors. */
  base: GgmlTypeName
}

const FILE_TYPES = {
  F32: { id: 0, base: 'F32' },
  F16: { id: 1, base: 'F16' },
  Q4_0: { id: 2, base: 'Q4_0' },
  Q4_1: { id: 3, base: 'Q4_1' },
  Q8_0: { id: 7, base: 'Q8_0' },
  Q5_0: { id: 8, base: 'Q5_0' },
  Q5_1: { id: 9, base: 'Q5_1' },
  Q2_K: { id: 10, base: 'Q2_K' },
  Q3_K_S: { id: 11, base: 'Q3_K' },
  Q3_K_M: { id: 12, base: 'Q3_K' },
  Q3_K_L: { id: 13, base: 'Q3_K' },
  Q4_K_S: { id: 14, base: 'Q4_K' },
  Q4_K_M: { id: 15, base: 'Q4_K' },
  Q5_K_S: { id: 16, base: 'Q5_K' },
  Q5_K_M: { id: 17, base: 'Q5_K' },
  Q6_K: { id: 18, base: 'Q6_K' },
  IQ2_XXS: { id: 19, base: 'IQ2_XXS' },
  IQ2_XS: { id: 20, base: 'IQ2_XS' },
  Q2_K_S: { id: 21, base: 'Q2_K' },
  IQ3_XS: { id: 22, base: 'IQ3_S' },
  IQ3_XXS: { id: 23, base: 'IQ3_XXS' },
  IQ1_S: { id: 24, base: 'IQ1_S' },
  IQ4_NL: { id: 25, base: 'IQ4_NL' },
  IQ3_S: { id: 26, base: 'IQ3_S' },
  IQ3_M: { id: 27, base: 'IQ3_S' },
  IQ2_S: { id: 28, base: 'IQ2_XS' },
  IQ2_M: { id: 29, base: 'IQ2_S' },
  IQ4_XS: { id: 30, base: 'IQ4_XS' },
  IQ1_M: { id: 31, base: 'IQ1_M' },
  BF16: { id: 32, base: 'BF16' },
  TQ1_0: { id: 36, base: 'TQ1_0' },
  TQ2_0: { id: 37, base: 'TQ2_0' },
  MXFP4_MOE: { id: 38, base: 'MXFP4' },
} as const satisfies Record<string, FileType>

export type FileTypeName = keyof typeof FILE_TYPES

export const FILE_TYPE_NAMES = Object.keys(FILE_TYPES) as FileTypeName[]

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
  return FILE_TYPES[name]
}

/**
 * The type with this name, in any case, also by the short names of `llama-quantize`.
 * @throws ModelError `E_TYPE_UNKNOWN`
 */
export function readFileType(text: string | undefined): FileTypeName {
  const name = (text ?? DEFAULT_FILE_TYPE).trim().toUpperCase().replaceAll('-', '_')
  const known = ALIASES[name] ?? name
  if (Object.hasOwn(FILE_TYPES, known)) return known as FileTypeName
  throw new ModelError(
    'E_TYPE_UNKNOWN',
    `There is no GGUF type “${text}”. Known ones: ${FILE_TYPE_NAMES.join(', ')}.`,
    { params: { type: String(text) } }
  )
}
