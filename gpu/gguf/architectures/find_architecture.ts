/** The architecture of a Hugging Face model by the class that it was saved from. */
import { ModelError } from '../../shared/errors.js'
import type { Architecture } from './architecture.js'
import { Config } from './config.js'
import { gemmaArchitecture } from './gemma.js'
import { gpt2 } from './gpt2.js'
import { llamaArchitecture } from './llama.js'
import { phi3 } from './phi3.js'
import { qwenArchitecture } from './qwen.js'

const llama = llamaArchitecture({})
const mistral = llamaArchitecture({
  max_position_embeddings: 131_072,
  num_key_value_heads: 8,
})
const mixtral = llamaArchitecture({
  max_position_embeddings: 131_072,
  num_key_value_heads: 8,
  num_local_experts: 8,
  num_experts_per_tok: 2,
  rms_norm_eps: 1e-5,
  rope_theta: 1_000_000,
})
const smollm3 = llamaArchitecture(
  { max_position_embeddings: 32_768, num_key_value_heads: 4, rope_theta: 2_000_000 },
  'smollm3'
)
const qwen2 = qwenArchitecture('qwen2', {})
const qwen3 = qwenArchitecture('qwen3', { head_dim: 128 })
const qwen2moe = qwenArchitecture('qwen2moe', {
  num_experts: 60,
  num_experts_per_tok: 4,
  moe_intermediate_size: 1408,
  shared_expert_intermediate_size: 5632,
})
const qwen3moe = qwenArchitecture('qwen3moe', {
  num_experts: 128,
  num_experts_per_tok: 8,
  moe_intermediate_size: 768,
})
const gemma3 = gemmaArchitecture('gemma3')

/** `architectures` in `config.json`. */
const BY_CLASS: Record<string, Architecture> = {
  LlamaForCausalLM: llama,
  LLaMAForCausalLM: llama,
  MistralForCausalLM: mistral,
  MixtralForCausalLM: mixtral,
  SmolLM3ForCausalLM: smollm3,
  Qwen2ForCausalLM: qwen2,
  Qwen3ForCausalLM: qwen3,
  Qwen2MoeForCausalLM: qwen2moe,
  Qwen3MoeForCausalLM: qwen3moe,
  GemmaForCausalLM: gemmaArchitecture('gemma'),
  Gemma2ForCausalLM: gemmaArchitecture('gemma2'),
  Gemma3ForCausalLM: gemma3,
  Gemma3ForConditionalGeneration: gemma3,
  Phi3ForCausalLM: phi3,
  GPT2LMHeadModel: gpt2,
}

/** `model_type` in `config.json`, for models that were saved without the class. */
const BY_TYPE: Record<string, Architecture> = {
  llama,
  mistral,
  mixtral,
  smollm3,
  qwen2,
  qwen3,
  qwen2_moe: qwen2moe,
  qwen3_moe: qwen3moe,
  gemma: gemmaArchitecture('gemma'),
  gemma2: gemmaArchitecture('gemma2'),
  gemma3,
  gemma3_text: gemma3,
  phi3,
  gpt2,
}

/** Names for people. */
export const SUPPORTED_FAMILIES =
  'Llama, Mistral, Mixtral, SmolLM, Qwen 1.5 to 3, Gemma 1 to 3, Phi-3, Phi-4 and GPT-2'

export interface FoundArchitecture {
  architecture: Architecture
  config: Config
}

/**
 * @param json the model's `config.json`
 * @throws ModelError `E_ARCHITECTURE_UNSUPPORTED`, with the nearest way out
 */
export function findArchitecture(json: Record<string, unknown>): FoundArchitecture {
  const classes = Array.isArray(json.architectures) ? json.architectures : []
  const className = classes.find((name): name is string => typeof name === 'string')
  const modelType = typeof json.model_type === 'string' ? json.model_type : undefined
  // A class that is not known is another kind of model, even when its type sounds familiar.
  const architecture = className ? own(BY_CLASS, className) : own(BY_TYPE, modelType)
  if (architecture) return { architecture, config: new Config(json, architecture.defaults) }
  const name = className ?? modelType ?? ''
  throw new ModelError('E_ARCHITECTURE_UNSUPPORTED', unsupportedMessage(name, modelType), {
    params: { architecture: name },
  })
}

function own<T>(table: Record<string, T>, key: string | undefined): T | undefined {
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined
}

function unsupportedMessage(name: string, modelType: string | undefined): string {
  if (!name) {
    return '“config.json” does not name an architecture. Upload the configuration that belongs to the weights.'
  }
  if (modelType && Object.hasOwn(BY_TYPE, modelType)) {
    return (
      `${name} is not a model that writes text: GGUF is made from the version with the language ` +
      'head (…ForCausalLM). Export to ONNX and INT8 works for every kind of model.'
    )
  }
  return (
    `${name} cannot be converted to GGUF here. These families can: ${SUPPORTED_FAMILIES}. ` +
    'If a GGUF in F16 or BF16 exists for this model, upload that; or export it to ONNX and use INT8.'
  )
}
