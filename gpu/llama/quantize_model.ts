/** llama.cpp's own quantizer for whole GGUF files: the yardstick of ours, and the fallback. */
import koffi, { type TypeObject } from 'koffi'
import { ModelError } from '../shared/errors.js'
import type { TaskContext } from '../shared/task.js'
import { explainFailure } from './explain.js'
import { callAsync } from './functions.js'
import { ggmlTypes, type GgmlTypeName } from './ggml_types.js'
import { IMATRIX_ENTRY, TENSOR_OVERRIDE } from './layouts.js'
import { openLlama } from './library.js'
import { captureLog } from './log.js'

/** Values of `enum llama_ftype`: what `general.file_type` of the result says. */
export const FILE_TYPES = {
  F32: 0,
  F16: 1,
  Q4_0: 2,
  Q4_1: 3,
  Q8_0: 7,
  Q5_0: 8,
  Q5_1: 9,
  Q2_K: 10,
  Q3_K_S: 11,
  Q3_K_M: 12,
  Q3_K_L: 13,
  Q4_K_S: 14,
  Q4_K_M: 15,
  Q5_K_S: 16,
  Q5_K_M: 17,
  Q6_K: 18,
  IQ2_XXS: 19,
  IQ2_XS: 20,
  Q2_K_S: 21,
  IQ3_XS: 22,
  IQ3_XXS: 23,
  IQ1_S: 24,
  IQ4_NL: 25,
  IQ3_S: 26,
  IQ3_M: 27,
  IQ2_S: 28,
  IQ2_M: 29,
  IQ4_XS: 30,
  IQ1_M: 31,
  BF16: 32,
  TQ1_0: 36,
  TQ2_0: 37,
  MXFP4_MOE: 38,
  NVFP4: 39,
  Q1_0: 40,
  Q2_0: 41,
} as const
export type FileType = keyof typeof FILE_TYPES

export interface QuantizeModelOptions {
  type: FileType
  threads?: number
  /** Input is already quantized. */
  allowRequantize?: boolean
  /** Every tensor gets the same type. */
  pure?: boolean
  leaveOutput?: boolean
  /** Mean squares by weight name: columns × experts values each. */
  importance?: ReadonlyMap<string, Float32Array>
  overrides?: readonly { pattern: string; type: GgmlTypeName }[]
}

/** llama.cpp writes one such line per tensor: `[  12/ 291] blk.0.ffn_up.weight - [...]`. */
const TENSOR_LINE = /\[\s*(\d+)\/\s*(\d+)\]\s+(\S+)/

/**
 * Quantizes a file, all at once: native code cannot be stopped, so a cancel is seen at the end.
 *
 * @throws {ModelError} with llama.cpp's reason in people's words.
 */
export async function quantizeModel(
  from: string,
  to: string,
  options: QuantizeModelOptions,
  { signal, report }: TaskContext
): Promise<void> {
  const { native } = openLlama()
  signal.throwIfAborted()
  const importance = importanceList(options.importance)
  const overrides = overrideList(options.overrides)
  const log = captureLog(({ text }) => {
    const [, done, total, item] = TENSOR_LINE.exec(text) ?? []
    if (done) report({ stage: 'quantizing', fraction: Number(done) / Number(total), item })
  })
  try {
    const status = await callAsync(native.llama_model_quantize, from, to, {
      ...native.llama_model_quantize_default_params(),
      nthread: options.threads ?? 0,
      ftype: FILE_TYPES[options.type],
      allow_requantize: options.allowRequantize ?? false,
      pure: options.pure ?? false,
      quantize_output_tensor: !options.leaveOutput,
      imatrix: importance.pointer,
      tt_overrides: overrides.pointer,
    })
    signal.throwIfAborted()
    if (status === 0) return
    if (log.problems.some(({ text }) => /requantizing from type|already quantized/i.test(text))) {
      throw new ModelError(
        'E_ALREADY_QUANTIZED',
        'This model is quantized already. Quantize from the original (F16, BF16 or F32).'
      )
    }
    throw explainFailure(log.problems, 'quantizing')
  } finally {
    log.stop()
    importance.free()
    overrides.free()
  }
}

interface NativeList {
  pointer: bigint | null
  free(): void
}

const NO_LIST: NativeList = { pointer: null, free() {} }

function importanceList(importance: QuantizeModelOptions['importance']): NativeList {
  if (!importance || importance.size === 0) return NO_LIST
  const entries = [...importance].map(([name, data]) => ({
    name,
    data: koffi.address(data),
    size: data.length,
  }))
  return nativeList(IMATRIX_ENTRY, [...entries, { name: null, data: null, size: 0 }])
}

function overrideList(overrides: QuantizeModelOptions['overrides']): NativeList {
  if (!overrides || overrides.length === 0) return NO_LIST
  const entries = overrides.map(({ pattern, type }) => ({ pattern, type: ggmlTypes[type].id }))
  return nativeList(TENSOR_OVERRIDE, [...entries, { pattern: null, type: 0 }])
}

function nativeList(type: TypeObject, entries: object[]): NativeList {
  const pointer = koffi.alloc(type, entries.length) as bigint
  koffi.encode(pointer, type, entries, entries.length)
  return { pointer, free: () => koffi.free(pointer) }
}
