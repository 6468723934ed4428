import vine from '@vinejs/vine'
import type { Method, QuantizeOptions } from '#gpu/protocol'
import { GGUF_TYPES } from '#app/quantization/gguf_types'

const names = (longest: number) => vine.array(vine.string().maxLength(300)).maxLength(longest)

/** Everything that a method may be told; each takes the fields of its own, see OPTIONS. */
export const optionFields = {
  perChannel: vine.boolean().optional(),
  reduceRange: vine.boolean().optional(),
  weightType: vine.enum(['int8', 'uint8'] as const).optional(),
  opTypes: names(100).optional(),
  excludeNodes: names(5_000).optional(),
  includeNodes: names(5_000).optional(),
  type: vine.enum(GGUF_TYPES).optional(),
  importanceMatrix: vine.enum(['auto', 'always', 'never'] as const).optional(),
  overrides: vine
    .array(
      vine.object({
        pattern: vine.string().trim().minLength(1).maxLength(200),
        type: vine.string().regex(/^[A-Za-z0-9_]{2,12}$/),
      })
    )
    .maxLength(100)
    .optional(),
  samples: vine.number().withoutDecimals().range([1, 4096]).optional(),
  seqLen: vine.number().withoutDecimals().range([16, 8192]).optional(),
  bits: vine.number().in([3, 4, 8]).optional(),
  groupSize: vine.number().in([-1, 32, 64, 128]).optional(),
  symmetric: vine.boolean().optional(),
  seed: vine.number().withoutDecimals().range([0, 2_147_483_647]).optional(),
  dampPercent: vine.number().range([0, 1]).optional(),
  actOrder: vine.enum(['none', 'group', 'static', 'full'] as const).optional(),
  mse: vine.boolean().optional(),
  sequential: vine.boolean().optional(),
  format: vine.enum(['gptq', 'gptq_v2'] as const).optional(),
  duoScaling: vine.boolean().optional(),
  clip: vine.boolean().optional(),
  gridSize: vine.number().withoutDecimals().range([1, 100]).optional(),
}

type Option = keyof typeof optionFields

const CALIBRATED = ['samples', 'seqLen'] as const
const WEIGHT_ONLY = ['bits', 'groupSize', 'symmetric', 'seed', ...CALIBRATED] as const

const OPTIONS: Record<Method, readonly Option[]> = {
  int8: ['perChannel', 'reduceRange', 'weightType', 'opTypes', 'excludeNodes', 'includeNodes'],
  gguf: ['type', 'importanceMatrix', 'overrides', ...CALIBRATED],
  gptq: [...WEIGHT_ONLY, 'dampPercent', 'actOrder', 'mse', 'sequential', 'format'],
  awq: [...WEIGHT_ONLY, 'duoScaling', 'clip', 'gridSize'],
}

/** The type that a GGUF gets when nobody chose one: the field's usual balance. */
export const DEFAULT_GGUF_TYPE = 'Q4_K_M'

/** The given options that the method knows, without those left empty. */
export function optionsOf(method: Method, given: Record<string, unknown>): QuantizeOptions {
  const known = OPTIONS[method].flatMap((name) => {
    const value = given[name]
    const empty = value === undefined || value === null || (Array.isArray(value) && !value.length)
    return empty ? [] : [[name, value] as const]
  })
  const options = Object.fromEntries(known) as QuantizeOptions
  return method === 'gguf' ? { type: DEFAULT_GGUF_TYPE, ...options } : options
}

/** Patterns that are no regular expressions, for a message before the job starts. */
export function badPatterns(given: { overrides?: { pattern: string }[] }): string[] {
  return (given.overrides ?? []).flatMap(({ pattern }) => {
    try {
      new RegExp(pattern)
      return []
    } catch {
      return [pattern]
    }
  })
}
