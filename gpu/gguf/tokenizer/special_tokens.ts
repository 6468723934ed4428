/**
 * Begin, end, padding and the like: which ids they have and which the tokenizer adds by itself.
 * The rules are those of llama.cpp's converter (`SpecialVocab` in gguf-py).
 */
import type { Metadata } from '../metadata.js'
import type { Json, JsonStep, TokenizerFiles } from './tokenizer_files.js'
import type { Vocabulary } from './vocabulary.js'

/** Names in Hugging Face's files and in GGUF; the spelling of `seperator` is the format's. */
const KINDS = {
  bos: 'bos_token_id',
  eos: 'eos_token_id',
  unk: 'unknown_token_id',
  sep: 'seperator_token_id',
  pad: 'padding_token_id',
  mask: 'mask_token_id',
} as const
type Kind = keyof typeof KINDS

export interface SpecialTokens {
  ids: Partial<Record<Kind, number>>
  /** Whether encoding starts and ends with these; absent when no file says so. */
  addBos?: boolean
  addEos?: boolean
}

/** @param config the model's `config.json` */
export function findSpecialTokens(
  files: TokenizerFiles,
  vocabulary: Vocabulary,
  config: Json
): SpecialTokens {
  const texts = namedTexts(files.config)
  const added = files.tokenizerJson ? templateTokens(files.tokenizerJson.post_processor) : {}
  if (added.first !== undefined) texts.bos ??= added.first
  if (added.last !== undefined) texts.eos = added.last
  const ids: SpecialTokens['ids'] = {}
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const text = texts[kind]
    const id =
      (text === undefined ? undefined : vocabulary.idOf(text)) ??
      idIn(config, kind) ??
      idIn(config.text_config, kind) ??
      idIn(files.generationConfig, kind)
    if (id !== undefined && id < vocabulary.size) ids[kind] = id
  }
  const { add_bos_token: configBos, add_eos_token: configEos } = files.config
  return {
    ids,
    addBos: typeof configBos === 'boolean' ? configBos : added.addsFirst,
    addEos: typeof configEos === 'boolean' ? configEos : added.addsLast,
  }
}

export function writeSpecialTokens(metadata: Metadata, { ids, addBos, addEos }: SpecialTokens) {
  for (const [kind, key] of Object.entries(KINDS)) {
    metadata.uint32(`tokenizer.ggml.${key}`, ids[kind as Kind])
  }
  metadata.bool('tokenizer.ggml.add_bos_token', addBos)
  metadata.bool('tokenizer.ggml.add_eos_token', addEos)
}

/** `"bos_token": "<s>"` or `"bos_token": { "content": "<s>" }`. */
function namedTexts(config: Json): Partial<Record<Kind, string>> {
  const texts: Partial<Record<Kind, string>> = {}
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const entry = config[`${kind}_token`] as { content?: unknown } | string | null | undefined
    const text = typeof entry === 'object' ? entry?.content : entry
    if (typeof text === 'string') texts[kind] = text
  }
  return texts
}

/** One id; a list names several ends, of which llama.cpp finds the others by their texts. */
function idIn(json: unknown, kind: Kind): number | undefined {
  const value = (json as Json | null | undefined)?.[`${kind}_token_id`]
  const id: unknown = Array.isArray(value) ? value[0] : value
  return Number.isInteger(id) && (id as number) >= 0 ? (id as number) : undefined
}

interface TemplateTokens {
  first?: string
  last?: string
  addsFirst?: boolean
  addsLast?: boolean
}

/** What `TemplateProcessing` puts before and after a single text. */
function templateTokens(postProcessor: JsonStep | null | undefined): TemplateTokens {
  const steps = postProcessor?.processors ?? [postProcessor]
  const single = steps.find((step) => step?.type === 'TemplateProcessing')?.single
  if (!single) return { addsFirst: false, addsLast: false }
  const first = single.length > 1 ? single[0]?.SpecialToken?.id : undefined
  const last = single.length > 1 ? single.at(-1)?.SpecialToken?.id : undefined
  return { first, last, addsFirst: first !== undefined, addsLast: last !== undefined }
}
