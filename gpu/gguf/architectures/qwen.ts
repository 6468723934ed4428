/** Qwen 1.5 to 3, dense and with experts. */
import type { Note } from '../../protocol.js'
import { note } from '../../shared/errors.js'
import type { Architecture, Step } from './architecture.js'
import { writeCommonMetadata, writeExpertCounts } from './common_metadata.js'
import type { Config } from './config.js'
import { slidingWindowNote } from './llama.js'
import { commonStep, expertSteps, LAYER, parseName } from './tensor_names.js'

type Name = 'qwen2' | 'qwen3' | 'qwen2moe' | 'qwen3moe'

const QWEN_LAYER = {
  ...LAYER,
  'mlp.gate': 'ffn_gate_inp',
  'mlp.shared_expert.gate_proj': 'ffn_gate_shexp',
  'mlp.shared_expert.up_proj': 'ffn_up_shexp',
  'mlp.shared_expert.down_proj': 'ffn_down_shexp',
  'mlp.shared_expert_gate': 'ffn_gate_inp_shexp',
}

export function qwenArchitecture(name: Name, defaults: Record<string, unknown>): Architecture {
  const hasExperts = name === 'qwen2moe' || name === 'qwen3moe'
  return {
    name,
    defaults: {
      max_position_embeddings: 32_768,
      rms_norm_eps: 1e-6,
      rope_theta: 10_000,
      use_sliding_window: false,
      ...defaults,
    },
    writeMetadata(metadata, config) {
      writeCommonMetadata(metadata, name, config)
      if (!hasExperts) return
      writeExpertCounts(metadata, name, config)
      const [experts, shared] = ['moe_intermediate_size', 'shared_expert_intermediate_size']
      metadata.uint32(`${name}.expert_feed_forward_length`, config.optional(experts!))
      if (name === 'qwen2moe') {
        metadata.uint32(`${name}.expert_shared_feed_forward_length`, config.optional(shared!))
      }
    },
    steps: qwenSteps,
    needsOutput: name === 'qwen2moe',
    notes: (config) => [...slidingWindowNote(config), ...normalizationNote(name, config)],
  }
}

function qwenSteps(name: string): Step[] | null {
  const experts = expertSteps(name)
  if (experts) return experts
  const tensor = parseName(name)
  const step = tensor && commonStep(tensor, QWEN_LAYER)
  return step ? [step] : null
}

/** llama.cpp decides by the architecture whether the weights of the chosen experts sum to 1. */
function normalizationNote(name: Name, config: Config): Note[] {
  const normalized = config.flag('norm_topk_prob') ?? false
  const inLlama = name === 'qwen3moe'
  if ((name !== 'qwen2moe' && !inLlama) || normalized === inLlama) return []
  return [
    note(
      'expert_weights_differ',
      `The model says norm_topk_prob = ${normalized}, but llama.cpp always does the opposite for ${name}: compare the answers before relying on it.`,
      { architecture: name }
    ),
  ]
}
