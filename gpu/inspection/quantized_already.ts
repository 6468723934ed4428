/**
 * How a Hugging Face model is quantized already, or null: from `quantization_config`, else from
 * the names and types of its tensors.
 */
export function quantizedAlready(
  config: Record<string, unknown> | null,
  tensors: Iterable<{ name: string; dtype: string; bytes: number }>
): string | null {
  const stated = config?.quantization_config
  if (stated !== null && typeof stated === 'object') return describe(stated as Json)
  let packed = 0
  let floats = 0
  for (const { name, dtype, bytes } of tensors) {
    if (/\.(qweight|weight_packed)$/.test(name))
      return name.endsWith('qweight') ? 'GPTQ or AWQ' : 'compressed-tensors'
    if (/^(I8|U8|F8_|F4|F6_)/.test(dtype)) packed += bytes
    else floats += bytes
  }
  return packed > floats ? '8-bit' : null
}

type Json = Record<string, unknown>

function describe(config: Json): string {
  const method = typeof config.quant_method === 'string' ? config.quant_method : 'quantized'
  const bits = config.bits ?? config.w_bit
  return typeof bits === 'number' ? `${method}, ${bits} bit` : method
}
