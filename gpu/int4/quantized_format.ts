import type { TensorInfo } from '../formats/tensor_source.js'
import { ModelError } from '../shared/errors.js'

/** How the quantized linears of a checkpoint are stored. */
export interface QuantizedFormat {
  method: 'gptq' | 'awq'
  groupSize: number
  /** What readers add to a stored zero. */
  zeroOffset: 0 | 1
}

type Json = Record<string, unknown>

/**
 * From `quantization_config` of config.json; null for a model in floats.
 *
 * @throws ModelError `E_QUANTIZATION_UNKNOWN` for a method or layout that is not read
 */
export function quantizedFormat(config: Json): QuantizedFormat | null {
  const found = config.quantization_config
  if (!found || typeof found !== 'object') return null
  const settings = found as Json
  const method = String(settings.quant_method ?? settings.method ?? 'unknown').toLowerCase()
  const groupSize = Number(settings.group_size ?? settings.q_group_size ?? 128)
  if (method === 'gptq') {
    const version = String(settings.checkpoint_format ?? settings.format ?? 'gptq')
    if (version !== 'gptq' && version !== 'gptq_v2') {
      throw unknown(`GPTQ in layout “${version}”`)
    }
    return { method, groupSize, zeroOffset: version === 'gptq' ? 1 : 0 }
  }
  if (method === 'awq') {
    const version = String(settings.version ?? 'gemm').toLowerCase()
    const bits = Number(settings.bits ?? settings.w_bit ?? 4)
    if (version !== 'gemm') throw unknown(`AWQ in layout “${version}”`)
    if (bits !== 4) throw unknown(`AWQ with ${bits} bits`)
    return { method, groupSize, zeroOffset: 0 }
  }
  throw unknown(method)
}

/** The tensors of one quantized linear, checked against each other. */
export interface QuantizedLinear {
  module: string
  inputs: number
  outputs: number
  bits: number
  groups: number
  qweight: TensorInfo
  qzeros: TensorInfo
  scales: TensorInfo
  groupOf?: TensorInfo
}

/** @throws ModelError `E_QUANTIZED_LAYOUT` with the tensor that does not fit */
export function quantizedLinear(
  module: string,
  tensors: ReadonlyMap<string, TensorInfo>,
  { method }: QuantizedFormat
): QuantizedLinear {
  const need = (part: string, dtypes: string[]) => {
    const name = `${module}.${part}`
    const info = tensors.get(name)
    if (!info) throw layout(name, 'it is missing')
    if (!dtypes.includes(info.dtype)) throw layout(name, `it is ${info.dtype}`)
    if (info.shape.length !== 2) throw layout(name, `its shape is [${info.shape.join(', ')}]`)
    return info
  }
  const qweight = need('qweight', ['I32', 'U32'])
  const qzeros = need('qzeros', ['I32', 'U32'])
  const scales = need('scales', ['F16', 'BF16', 'F32'])
  const [groups, outputs] = scales.shape as [number, number]
  const groupOf = tensors.get(`${module}.g_idx`)
  const zeroBits = (qzeros.shape[1]! * 32) / outputs
  const bits = method === 'awq' ? 4 : zeroBits
  const inputs = method === 'awq' ? qweight.shape[0]! : (qweight.shape[0]! * 32) / bits
  const words = method === 'awq' ? outputs / 8 : outputs
  const fits = [
    [qweight.name, [2, 3, 4, 8].includes(bits) && qweight.shape[1] === words],
    [qzeros.name, zeroBits === bits && qzeros.shape[0] === groups],
    [scales.name, Number.isInteger(inputs) && groups > 0 && groups <= inputs],
    [`${module}.g_idx`, !groupOf || (groupOf.dtype === 'I32' && groupOf.shape[0] === inputs)],
  ] as const
  for (const [name, fine] of fits)
    if (!fine) throw layout(name, 'its shape does not fit the others')
  return { module, inputs, outputs, bits, groups, qweight, qzeros, scales, groupOf }
}

function layout(name: string, detail: string): ModelError {
  return new ModelError(
    'E_QUANTIZED_LAYOUT',
    `“${name}” is not stored as GPTQ or AWQ store it: ${detail}.`,
    { params: { name, detail } }
  )
}

function unknown(what: string): ModelError {
  return new ModelError(
    'E_QUANTIZATION_UNKNOWN',
    `The model is already quantized (${what}), in a way that Comptoir does not read. Use the original model.`,
    { params: { what } }
  )
}
