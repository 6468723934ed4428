import type { Int8Options } from '../protocol.js'
import { ModelError } from '../shared/errors.js'

/** The operators of ONNX Runtime's dynamic registry; Gemm enters by becoming a MatMul. */
export const OPERATORS = [
  'Conv',
  'MatMul',
  'Gemm',
  'Attention',
  'LSTM',
  'Gather',
  'Transpose',
  'EmbedLayerNormalization',
] as const

export interface Int8Settings {
  perChannel: boolean
  reduceRange: boolean
  weightType: 'int8' | 'uint8'
  opTypes: Set<string>
  excludeNodes: Set<string>
  includeNodes: Set<string>
}

/**
 * Options with ONNX Runtime's defaults, but for weights: uint8 instead of int8. Processors with AVX2
 * or AVX-512 but without VNNI saturate products of uint8 and int8 in pairs, which made the output
 * of several models ten times worse in our comparison; uint8 with uint8 is exact everywhere.
 *
 * @throws ModelError `E_OPTIONS` for an operator that cannot be quantized, or values of a wrong kind
 */
export function readInt8Options(options: Int8Options): Int8Settings {
  const { perChannel = false, reduceRange = false, weightType = 'uint8' } = options
  if (typeof perChannel !== 'boolean') throw wrong('perChannel', 'true or false')
  if (typeof reduceRange !== 'boolean') throw wrong('reduceRange', 'true or false')
  if (weightType !== 'int8' && weightType !== 'uint8') throw wrong('weightType', 'int8 or uint8')
  const opTypes = names('opTypes', options.opTypes)
  const unknown = opTypes.find((type) => !(OPERATORS as readonly string[]).includes(type))
  if (unknown !== undefined) {
    throw new ModelError(
      'E_OPTIONS',
      `The operator type “${unknown}” cannot be quantized. Possible are ${OPERATORS.join(', ')}.`,
      { params: { option: 'opTypes', value: unknown } }
    )
  }
  const types = new Set<string>(opTypes.length ? opTypes : OPERATORS)
  // ONNX Runtime turns Gemm into MatMul first, so its users write MatMul and mean both.
  if (types.has('MatMul')) types.add('Gemm')
  return {
    perChannel,
    reduceRange,
    weightType,
    opTypes: types,
    excludeNodes: new Set(names('excludeNodes', options.excludeNodes)),
    includeNodes: new Set(names('includeNodes', options.includeNodes)),
  }
}

function names(option: string, value: unknown): string[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value
  throw wrong(option, 'a list of names')
}

function wrong(option: string, expected: string): ModelError {
  return new ModelError('E_OPTIONS', `The option ${option} must be ${expected}.`, {
    params: { option, expected },
  })
}
