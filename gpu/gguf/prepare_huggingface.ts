/** A Hugging Face model, from wherever its tensors come, ready to be written as GGUF. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { TensorSource } from '../formats/tensor_source.js'
import type { Note } from '../protocol.js'
import { note } from '../shared/errors.js'
import { findArchitecture } from './architectures/find_architecture.js'
import type { ConversionInput } from './conversion_input.js'
import { writeGeneralMetadata } from './general_metadata.js'
import { Metadata } from './metadata.js'
import { planConversion, type TargetTensor } from './plan_conversion.js'
import { type GgufTokenizer, readTokenizer, writeTokenizer } from './tokenizer/read_tokenizer.js'

export interface HuggingFaceSource {
  source: TensorSource
  /** `config.json`. */
  config: Record<string, unknown>
  /** Folder of the tokenizer files and the model card. */
  folder: string
  /** Files whose change makes the work so far worthless; relative to the folder. */
  files?: readonly { name: string; bytes: number }[]
}

/**
 * Reads configuration, tokenizer and headers, no weights.
 * @throws ModelError `E_ARCHITECTURE_UNSUPPORTED`, `E_CONFIG_INVALID`, `E_CONFIG_MISMATCH`,
 *   `E_TENSOR_UNKNOWN`, `E_TENSOR_MISSING`, `E_TENSOR_SHAPE`, `E_DTYPE_UNSUPPORTED`, and those of
 *   `readTokenizer`
 */
export async function prepareHuggingFace(model: HuggingFaceSource): Promise<ConversionInput> {
  const { source, folder } = model
  const { architecture, config } = findArchitecture(model.config)
  const { targets, leftOut } = planConversion(source.tensors.values(), architecture, config)
  const embedding = targets.find(({ name }) => name === 'token_embd.weight')
  const tokenizer = await readTokenizer(folder, model.config, embedding?.shape[0] ?? 0)
  const metadata = new Metadata()
  await writeGeneralMetadata(metadata, {
    folder,
    config: model.config,
    generationConfig: tokenizer.files.generationConfig,
    architecture: architecture.name,
    ...sizes(targets),
  })
  architecture.writeMetadata(metadata, config)
  writeTokenizer(metadata, tokenizer)
  keepLoadable(metadata, tokenizer)
  const key = (name: string) => metadata.number(`${architecture.name}.${name}`)
  return {
    source,
    targets,
    metadata,
    model: {
      architecture: architecture.name,
      blockCount: key('block_count'),
      headCount: key('attention.head_count'),
      headCountKv: key('attention.head_count_kv') || key('attention.head_count'),
      expertCount: key('expert_count'),
    },
    bytesBefore: [...source.tensors.values()].reduce((sum, { bytes }) => sum + bytes, 0),
    identity: await identityOf(model),
    notes: [...tokenizer.notes, ...(architecture.notes?.(config) ?? []), ...leftOutNote(leftOut)],
  }
}

function sizes(targets: readonly TargetTensor[]) {
  const count = (list: readonly TargetTensor[]) =>
    list.reduce((sum, { rows, rowElements }) => sum + rows * rowElements, 0)
  const experts = targets.filter(({ name }) => name.includes('_exps.'))
  return {
    elements: count(targets),
    expertCount: experts[0]?.shape[0] ?? 0,
    expertElements: count(experts),
  }
}

/** Tokens that llama.cpp looks up, unprotected, when a model's name says Phi-3. */
const TOKENS_OF_PHI3 = ['</s>', '<unk>', '<s>', '<|endoftext|>']

function keepLoadable(metadata: Metadata, { tokens }: GgufTokenizer) {
  const name = metadata.text('general.name') ?? ''
  const texts = new Set(tokens.map(({ text }) => text))
  if (TOKENS_OF_PHI3.every((text) => texts.has(text))) return
  metadata.string('general.name', name.replaceAll(/phi-?3/gi, 'Phi 3'))
}

/** Names, sizes and times of the files, and the tensor table. */
async function identityOf({ source, folder, files = [] }: HuggingFaceSource) {
  const stats = await Promise.all(
    files.map(async ({ name, bytes }) => {
      const { mtimeMs } = await stat(join(folder, name))
      return [name, bytes, mtimeMs]
    })
  )
  const tensors = [...source.tensors.values()].map(({ name, dtype, shape }) => [name, dtype, shape])
  return [folder, stats, tensors]
}

function leftOutNote(count: number): Note[] {
  if (count === 0) return []
  return [
    note(
      'other_modalities_left_out',
      `The model also sees or hears (${count} tensors); the GGUF holds its language model only.`,
      { count }
    ),
  ]
}
