import type { Note } from '../../protocol.js'
import type { Metadata } from '../metadata.js'
import type { Config } from './config.js'

/** What is done to a tensor of the source on its way into the file. */
export interface Step {
  /** Name in the GGUF, with `.weight` or `.bias`. */
  to: string
  /** Rows of each attention head are interleaved: llama.cpp turns neighbouring pairs. */
  interleaveHeads?: number
  /** Weights are stored as [in, out] (GPT-2's Conv1D) and wanted as [out, in]. */
  transpose?: boolean
  /** Added to every element: Gemma's norms are stored as their difference from 1. */
  plus?: number
  /** Position among stacked experts; the target gets one more dimension. */
  expert?: number
  /** Part of every matrix that is taken, `[index, count]` along the rows. */
  part?: readonly [index: number, count: number]
}

/** A small float32 tensor that is computed from the configuration. */
export interface ExtraTensor {
  name: string
  values: Float32Array
}

/** How one family of models is written. */
export interface Architecture {
  /** `general.architecture`; chooses the graph in llama.cpp. */
  name: string
  /** Values that transformers assumes when `config.json` does not have them. */
  defaults: Record<string, unknown>
  writeMetadata(metadata: Metadata, config: Config): void
  /**
   * What becomes of a tensor. `name` starts at the model itself: `layers.0.self_attn.q_proj.weight`,
   * `embed_tokens.weight`, `lm_head.weight`. An empty list leaves it out; null does not know it.
   */
  steps(name: string, config: Config): Step[] | null
  extraTensors?(config: Config): ExtraTensor[]
  /** The output layer has to be in the file even when it is the embedding. */
  needsOutput?: boolean
  /** Where llama.cpp computes something else than transformers. */
  notes?(config: Config): Note[]
}
