/** Byte-level BPE tokenizers (`tokenizer.ggml.model` = `gpt2`). */
import type { Note } from '../../protocol.js'
import { ModelError, note } from '../../shared/errors.js'
import { KNOWN_PRE_TOKENIZERS } from './known_pre_tokenizers.js'
import { type FoundPreTokenizer, findPreTokenizer } from './pre_tokenizer.js'
import type { JsonStep, TokenizerFiles, TokenizerJson } from './tokenizer_files.js'
import { SCORE_OF_ADDED, TOKEN_TYPES, Vocabulary } from './vocabulary.js'

export interface BpeTokenizer {
  vocabulary: Vocabulary
  /** Each `left right`, best first. */
  merges: string[]
  pre: FoundPreTokenizer
  notes: Note[]
}

/** @throws ModelError `E_TOKENIZER_INVALID`, `E_PRE_TOKENIZER_UNKNOWN` */
export function readBpeJson(json: TokenizerJson): BpeTokenizer {
  const vocabulary = new Vocabulary()
  const { vocab, merges, ignore_merges: ignoresMerges } = json.model ?? {}
  if (!vocab || Array.isArray(vocab) || !merges) throw invalid('tokenizer.json')
  fill(vocabulary, vocab)
  for (const token of json.added_tokens ?? []) vocabulary.add(token)
  return {
    vocabulary,
    merges: merges.map(mergeText),
    pre: findPreTokenizer(json.pre_tokenizer, ignoresMerges ?? false),
    notes: lostNormalizers(json.normalizer),
  }
}

/** Pre-tokenizers of the classes that write `vocab.json` and `merges.txt`. */
const BY_CLASS: Record<string, string> = {
  GPT2Tokenizer: 'gpt-2',
  GPT2TokenizerFast: 'gpt-2',
  Qwen2Tokenizer: 'qwen2',
  Qwen2TokenizerFast: 'qwen2',
}

/** @throws ModelError `E_TOKENIZER_INVALID`, `E_PRE_TOKENIZER_UNKNOWN` */
export function readBpeFiles(files: TokenizerFiles): BpeTokenizer {
  const vocabulary = new Vocabulary()
  if (!files.vocabJson || files.merges.length === 0) throw invalid('vocab.json')
  fill(vocabulary, files.vocabJson)
  const decoder = (files.config.added_tokens_decoder ?? {}) as Record<
    string,
    { content: string; special?: boolean }
  >
  for (const [text, id] of Object.entries(files.addedTokens)) {
    vocabulary.add({ id, content: text, special: decoder[id]?.special ?? false })
  }
  for (const [id, { content, special }] of Object.entries(decoder)) {
    vocabulary.add({ id: Number(id), content, special: special ?? false })
  }
  return { vocabulary, merges: files.merges, pre: preByClass(files), notes: [] }
}

function preByClass(files: TokenizerFiles): FoundPreTokenizer {
  const className = String(files.config.tokenizer_class ?? 'GPT2Tokenizer')
  const known = KNOWN_PRE_TOKENIZERS.find(({ name }) => name === BY_CLASS[className])
  if (!known) {
    throw new ModelError(
      'E_PRE_TOKENIZER_UNKNOWN',
      `The model’s tokenizer is a ${className} without a tokenizer.json, so how it cuts text is not known. ` +
        'Save it again with transformers (save_pretrained), which writes the file, and upload that.',
      { params: { nearest: '', class: className } }
    )
  }
  return {
    known,
    note: note(
      'pre_tokenizer_by_class',
      `There is no tokenizer.json; “${known.name}” was chosen because the tokenizer is a ${className}.`,
      { name: known.name, class: className }
    ),
  }
}

function fill(vocabulary: Vocabulary, vocab: Record<string, number>) {
  for (const [text, id] of Object.entries(vocab)) {
    if (!Number.isInteger(id) || id < 0 || id > MAX_ID) throw invalid('tokenizer.json')
    vocabulary.set(id, { text, type: TOKEN_TYPES.normal, score: SCORE_OF_ADDED })
  }
}

/** Far above every vocabulary there is; keeps a hostile file from making a huge table. */
const MAX_ID = 10_000_000

/** A space inside a part would look like the gap between the parts: it is written as `Ġ`. */
function mergeText(merge: string | [string, string]): string {
  if (typeof merge === 'string') return merge
  return merge.map((part) => part.replaceAll(' ', 'Ġ')).join(' ')
}

/** Normalizers that llama.cpp leaves out without changing common texts. */
const HARMLESS = new Set(['NFC', 'NFKC', 'NFD', 'NFKD', 'Sequence'])

function lostNormalizers(normalizer: JsonStep | null | undefined): Note[] {
  const steps = normalizer ? [normalizer, ...(normalizer.normalizers ?? [])] : []
  return steps
    .filter(({ type }) => !HARMLESS.has(type ?? ''))
    .map(({ type }) =>
      note(
        'normalizer_left_out',
        `The tokenizer changes texts before cutting them (${type}); llama.cpp does not do that.`,
        { type: type ?? '' }
      )
    )
}

function invalid(file: string): ModelError {
  return new ModelError(
    'E_TOKENIZER_INVALID',
    `“${file}” has no vocabulary with merges. Upload the model’s tokenizer files again.`,
    { params: { file } }
  )
}
