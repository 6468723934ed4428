/** Llama 1 to 3, Mistral, Mixtral, SmolLM 1 and 2, and everything else saved in their classes. */
import type { Note } from '../../protocol.js'
import { note } from '../../shared/errors.js'
import type { Architecture, ExtraTensor, Step } from './architecture.js'
import { writeCommonMetadata, writeExpertCounts } from './common_metadata.js'
import type { Config } from './config.js'
import { llama3Factors, ropeOf } from './rope.js'
import { commonStep, expertSteps, LAYER, parseName } from './tensor_names.js'

const LAYER_WITH_EXPERTS = {
  ...LAYER,
  'block_sparse_moe.gate': 'ffn_gate_inp',
  'mlp.gate': 'ffn_gate_inp',
}

export function llamaArchitecture(
  defaults: Record<string, unknown>,
  name: 'llama' | 'smollm3' = 'llama'
): Architecture {
  return {
    name,
    defaults: {
      max_position_embeddings: 2048,
      rms_norm_eps: 1e-6,
      rope_theta: 10_000,
      ...defaults,
    },
    writeMetadata(metadata, config) {
      writeCommonMetadata(metadata, name, config)
      writeExpertCounts(metadata, name, config)
      metadata.uint32(`${name}.vocab_size`, config.optional('vocab_size'))
      metadata.uint32(`${name}.rope.dimension_count`, config.headDim)
    },
    steps: (tensorName, config) => llamaSteps(tensorName, config),
    extraTensors: llama3RopeFactors,
    notes: slidingWindowNote,
  }
}

function llamaSteps(name: string, config: Config): Step[] | null {
  const experts = expertSteps(name)
  if (experts) return experts
  const tensor = parseName(name)
  const step = tensor && commonStep(tensor, LAYER_WITH_EXPERTS)
  if (!tensor || !step) return null
  // Weights as transformers has them turn halves of a head; llama.cpp turns neighbours.
  if (tensor.module === 'self_attn.q_proj') return [{ ...step, interleaveHeads: config.heads }]
  if (tensor.module === 'self_attn.k_proj') return [{ ...step, interleaveHeads: config.keyHeads }]
  return [step]
}

export function llama3RopeFactors(config: Config): ExtraTensor[] {
  const rope = ropeOf(config)
  if (rope.type !== 'llama3') return []
  return [{ name: 'rope_freqs.weight', values: llama3Factors(rope, config.headDim) }]
}

/** llama.cpp attends to the whole context in these models, which is more than they were made for. */
export function slidingWindowNote(config: Config): Note[] {
  const window = config.optional('sliding_window')
  const context = config.optional('max_position_embeddings') ?? 0
  if (!window || window >= context || config.flag('use_sliding_window') === false) return []
  return [
    note(
      'sliding_window_ignored',
      `The model looks back ${window} tokens at most; llama.cpp lets it look at everything. Texts longer than that may come out differently.`,
      { window }
    ),
  ]
}
