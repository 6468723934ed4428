import { ModelError } from '../shared/errors.js'

/** How an architecture differs from Llama where scales are moved between layers. */
export interface Architecture {
  /** Norm in front of gate and up. */
  feedForwardNorm: string
  /** Gemma stores its norm weights minus one. */
  normPlusOne: boolean
  /** Norms on queries and keys make scaling in front of them harmful (llm-compressor #2522). */
  scalesAttention: boolean
  /** float16 overflows in its activations: bfloat16 weights stay bfloat16. */
  keepsBfloat16: boolean
}

const LLAMA: Architecture = {
  feedForwardNorm: 'post_attention_layernorm',
  normPlusOne: false,
  scalesAttention: true,
  keepsBfloat16: false,
}
const GEMMA: Architecture = { ...LLAMA, normPlusOne: true, keepsBfloat16: true }
const GEMMA2: Architecture = { ...GEMMA, feedForwardNorm: 'pre_feedforward_layernorm' }
const GEMMA3: Architecture = { ...GEMMA2, scalesAttention: false }

/** By `model_type` of config.json. */
const ARCHITECTURES: Readonly<Record<string, Architecture>> = Object.freeze({
  llama: LLAMA,
  mistral: LLAMA,
  mixtral: LLAMA,
  qwen2: LLAMA,
  qwen2_moe: LLAMA,
  qwen3: LLAMA,
  qwen3_moe: LLAMA,
  phi3: LLAMA,
  gemma: GEMMA,
  gemma2: GEMMA2,
  gemma3: GEMMA3,
  gemma3_text: GEMMA3,
})

export function isInt4Architecture(config: Record<string, unknown>): boolean {
  return Object.hasOwn(ARCHITECTURES, String(config.model_type))
}

/** @throws ModelError `E_ARCHITECTURE_UNSUPPORTED` with the nearest way out */
export function architectureOf(config: Record<string, unknown>): Architecture {
  const name = String(config.model_type ?? 'unknown')
  const found = Object.hasOwn(ARCHITECTURES, name) ? ARCHITECTURES[name] : undefined
  if (found) return found
  const known = Object.keys(ARCHITECTURES).join(', ')
  throw new ModelError(
    'E_ARCHITECTURE_UNSUPPORTED',
    `GPTQ and AWQ cannot quantize the architecture “${name}” yet; they know ${known}. Choose GGUF, or ONNX INT8 for a model that was exported to ONNX.`,
    { params: { architecture: name, known } }
  )
}
