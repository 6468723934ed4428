/** GPT-2: learned positions, layer norms with biases, matrices stored the other way round. */
import { note } from '../../shared/errors.js'
import type { Architecture, Step } from './architecture.js'
import { parseName, targetName } from './tensor_names.js'

const TOP: Record<string, string> = {
  wte: 'token_embd',
  wpe: 'position_embd',
  ln_f: 'output_norm',
  lm_head: 'output',
}
const LAYER: Record<string, string> = {
  'ln_1': 'attn_norm',
  'attn.c_attn': 'attn_qkv',
  'attn.c_proj': 'attn_output',
  'ln_2': 'ffn_norm',
  'mlp.c_fc': 'ffn_up',
  'mlp.c_proj': 'ffn_down',
}

export const gpt2: Architecture = {
  name: 'gpt2',
  defaults: { n_positions: 1024, layer_norm_epsilon: 1e-5, tie_word_embeddings: true },
  writeMetadata(metadata, config) {
    metadata
      .uint32('gpt2.block_count', config.layers)
      .uint32('gpt2.context_length', config.count('n_ctx', 'n_positions'))
      .uint32('gpt2.embedding_length', config.hidden)
      .uint32('gpt2.feed_forward_length', config.optional('n_inner') ?? 4 * config.hidden)
      .uint32('gpt2.attention.head_count', config.heads)
      .float32('gpt2.attention.layer_norm_epsilon', config.number('layer_norm_epsilon'))
  },
  steps,
  notes: (config) =>
    config.flag('scale_attn_by_inverse_layer_idx')
      ? [
          note(
            'attention_scale_differs',
            'The model scales attention by its layer (scale_attn_by_inverse_layer_idx); llama.cpp does not, so its answers will differ.'
          ),
        ]
      : [],
}

function steps(name: string): Step[] | null {
  // Masks that old versions saved with the weights.
  if (/\.attn\.(masked_)?bias$/.test(name)) return []
  const tensor = parseName(name)
  const target = tensor && (tensor.layer < 0 ? TOP : LAYER)[tensor.module]
  if (!tensor || !target) return null
  const transpose = tensor.kind === 'weight' && /\.c_(attn|proj|fc)$/.test(tensor.module)
  return [{ to: targetName(tensor, target), transpose }]
}
