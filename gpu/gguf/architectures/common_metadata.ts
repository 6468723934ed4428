import type { Metadata } from '../metadata.js'
import type { Config } from './config.js'
import { ropeOf, writeRope } from './rope.js'

/** Keys that every decoder of the Llama kind has. */
export function writeCommonMetadata(metadata: Metadata, architecture: string, config: Config) {
  const key = (name: string) => `${architecture}.${name}`
  metadata
    .uint32(key('block_count'), config.layers)
    .uint32(key('context_length'), config.count('max_position_embeddings', 'n_ctx', 'n_positions'))
    .uint32(key('embedding_length'), config.hidden)
    .uint32(key('feed_forward_length'), config.count('intermediate_size', 'n_inner'))
    .uint32(key('attention.head_count'), config.heads)
    .uint32(key('attention.head_count_kv'), config.keyHeads)
  writeRope(metadata, architecture, ropeOf(config))
  metadata
    .float32(key('attention.layer_norm_rms_epsilon'), config.number('rms_norm_eps'))
    .uint32(key('attention.key_length'), config.optional('head_dim'))
    .uint32(key('attention.value_length'), config.optional('head_dim'))
}

export function writeExpertCounts(metadata: Metadata, architecture: string, config: Config) {
  const count = config.optional('num_local_experts', 'num_experts')
  metadata.uint32(`${architecture}.expert_count`, count)
  if (count === undefined) return
  metadata.uint32(`${architecture}.expert_used_count`, config.count('num_experts_per_tok'))
}
