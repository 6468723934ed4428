/** SentencePiece tokenizers (`tokenizer.ggml.model` = `llama`), from either of their files. */
import type { Note } from '../../protocol.js'
import { note } from '../../shared/errors.js'
import type { SentencePieceModel } from './sentencepiece_model.js'
import type { TokenizerFiles, TokenizerJson } from './tokenizer_files.js'
import { type AddedToken, SCORE_OF_ADDED, TOKEN_TYPES, Vocabulary } from './vocabulary.js'

export interface SentencePieceTokenizer {
  vocabulary: Vocabulary
  /** Texts start as if there were a space before them. */
  addSpacePrefix: boolean
  notes: Note[]
}

export function fromSentencePieceModel(
  model: SentencePieceModel,
  files: TokenizerFiles
): SentencePieceTokenizer {
  const vocabulary = new Vocabulary()
  model.pieces.forEach((piece, id) => vocabulary.set(id, piece))
  for (const token of addedTokens(files)) vocabulary.add(token)
  const prefix = files.config.add_prefix_space
  return {
    vocabulary,
    addSpacePrefix: typeof prefix === 'boolean' ? prefix : model.addDummyPrefix,
    notes: model.unigram
      ? [
          note(
            'tokenizer_unigram',
            'The tokenizer chooses pieces by probability; llama.cpp merges them, so some words get other tokens.'
          ),
        ]
      : [],
  }
}

/** Later lists are more exact than earlier ones. */
function addedTokens(files: TokenizerFiles): AddedToken[] {
  const fromFile = Object.entries(files.addedTokens).map(([content, id]) => ({
    id,
    content,
    special: false,
  }))
  const decoder = files.config.added_tokens_decoder as
    Record<string, { content: string; special?: boolean }> | undefined
  if (!decoder) return [...fromFile, ...(files.tokenizerJson?.added_tokens ?? [])]
  const fromConfig = Object.entries(decoder).map(([id, { content, special }]) => ({
    id: Number(id),
    content,
    special: special ?? false,
  }))
  return [...fromFile, ...fromConfig]
}

/** Whether a `tokenizer.json` holds a converted SentencePiece model: BPE over characters. */
export function isSentencePieceJson(json: TokenizerJson): boolean {
  return json.model?.type === 'BPE' && json.model.byte_fallback === true && !usesBytes(json)
}

function usesBytes({ pre_tokenizer: pre, decoder }: TokenizerJson): boolean {
  const steps = [pre, ...(pre?.pretokenizers ?? []), decoder, ...(decoder?.decoders ?? [])]
  return steps.some((step) => step?.type === 'ByteLevel')
}

/**
 * The pieces of a `tokenizer.json` whose `tokenizer.model` is missing. Scores are not in it, but
 * merges are in the order of their scores, so the rank of a piece's first merge serves as well.
 */
export function fromSentencePieceJson(
  json: TokenizerJson,
  files: TokenizerFiles
): SentencePieceTokenizer {
  const vocabulary = new Vocabulary()
  const scores = mergeScores(json.model?.merges ?? [])
  for (const [text, id] of Object.entries(json.model?.vocab ?? {})) {
    const isByte = /^<0x[0-9A-Fa-f]{2}>$/.test(text)
    const type = isByte
      ? TOKEN_TYPES.byte
      : text === json.model?.unk_token
        ? TOKEN_TYPES.unknown
        : TOKEN_TYPES.normal
    vocabulary.set(Number(id), { text, type, score: scores.get(text) ?? SCORE_OF_ADDED })
  }
  for (const token of json.added_tokens ?? []) {
    // The unknown token stays what it is, though it is listed among the special ones.
    if (token.content !== json.model?.unk_token) vocabulary.add(token)
  }
  const prefix = files.config.add_prefix_space
  return {
    vocabulary,
    addSpacePrefix: typeof prefix === 'boolean' ? prefix : startsWithSpace(json),
    notes: [
      note(
        'tokenizer_scores_from_merges',
        'There is no tokenizer.model; the order of the merges in tokenizer.json stands for the scores of its pieces.'
      ),
    ],
  }
}

function mergeScores(merges: readonly (string | [string, string])[]): Map<string, number> {
  const scores = new Map<string, number>()
  merges.forEach((merge, rank) => {
    const text = typeof merge === 'string' ? merge.replace(' ', '') : merge.join('')
    if (!scores.has(text)) scores.set(text, -rank)
  })
  return scores
}

/** Older files prepend in the normalizer, newer ones in a `Metaspace` pre-tokenizer. */
function startsWithSpace({ normalizer, pre_tokenizer: pre }: TokenizerJson): boolean {
  const steps = [normalizer, ...(normalizer?.normalizers ?? [])]
  if (steps.some((step) => step?.type === 'Prepend')) return true
  const metaspace = [pre, ...(pre?.pretokenizers ?? [])].find((step) => step?.type === 'Metaspace')
  if (!metaspace) return false
  const { prepend_scheme: scheme, add_prefix_space: adds } = metaspace
  return scheme === undefined ? adds !== false : scheme !== 'never'
}
