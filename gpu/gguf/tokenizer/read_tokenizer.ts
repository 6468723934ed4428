/** The tokenizer of a Hugging Face folder as the `tokenizer.*` part of a GGUF header. */
import type { Note } from '../../protocol.js'
import { ModelError, note } from '../../shared/errors.js'
import type { Metadata } from '../metadata.js'
import { writeChatTemplate } from './chat_template.js'
import { readBpeFiles, readBpeJson } from './read_bpe.js'
import {
  fromSentencePieceJson,
  fromSentencePieceModel,
  isSentencePieceJson,
} from './read_sentencepiece.js'
import { readSentencePieceModel } from './sentencepiece_model.js'
import { findSpecialTokens, type SpecialTokens, writeSpecialTokens } from './special_tokens.js'
import { type Json, readTokenizerFiles, type TokenizerFiles } from './tokenizer_files.js'
import { type Token, type Vocabulary } from './vocabulary.js'

export interface GgufTokenizer {
  /** `tokenizer.ggml.model`: `llama` is SentencePiece, `gpt2` byte-level BPE. */
  model: 'llama' | 'gpt2'
  pre: string
  /** As many as the embedding has rows. */
  tokens: Token[]
  merges: string[]
  special: SpecialTokens
  /** SentencePiece only. */
  addSpacePrefix?: boolean
  files: TokenizerFiles
  notes: Note[]
}

interface Found {
  model: 'llama' | 'gpt2'
  pre: string
  vocabulary: Vocabulary
  merges: string[]
  addSpacePrefix?: boolean
  /** llama.cpp adds the BOS token with this pre-tokenizer unless told otherwise. */
  addsBos?: boolean
  notes: Note[]
}

/** A vocabulary may be smaller than the embedding, which is often padded, by this share at most. */
const MOST_PADDING = 0.1

/**
 * @param embeddingRows rows of the token embedding; the token table gets exactly this length
 * @throws ModelError `E_TOKENIZER_MISSING`, `E_TOKENIZER_INVALID`, `E_TOKENIZER_UNSUPPORTED`,
 *   `E_TOKENIZER_MISMATCH`, `E_PRE_TOKENIZER_UNKNOWN`
 */
export async function readTokenizer(
  folder: string,
  config: Json,
  embeddingRows: number
): Promise<GgufTokenizer> {
  const files = await readTokenizerFiles(folder)
  const found = findTokenizer(files)
  const { vocabulary } = found
  checkFit(vocabulary.size, embeddingRows)
  const special = findSpecialTokens(files, vocabulary, config)
  if (found.addsBos) special.addBos ??= false
  return {
    model: found.model,
    pre: found.pre,
    tokens: vocabulary.complete(embeddingRows),
    merges: found.merges,
    special,
    addSpacePrefix: found.addSpacePrefix,
    files,
    notes: [...found.notes, ...paddingNote(vocabulary.size, embeddingRows)],
  }
}

export function writeTokenizer(metadata: Metadata, tokenizer: GgufTokenizer): void {
  const { tokens, model } = tokenizer
  metadata.string('tokenizer.ggml.model', model)
  metadata.string('tokenizer.ggml.pre', tokenizer.pre)
  metadata.strings(
    'tokenizer.ggml.tokens',
    tokens.map(({ text }) => text)
  )
  if (model === 'llama') {
    const value = tokens.map(({ score }) => score)
    metadata.set('tokenizer.ggml.scores', { type: 'array', of: 'float32', value })
  }
  const types = tokens.map(({ type }) => type)
  metadata.set('tokenizer.ggml.token_type', { type: 'array', of: 'int32', value: types })
  metadata.strings('tokenizer.ggml.merges', tokenizer.merges)
  writeSpecialTokens(metadata, tokenizer.special)
  metadata.bool('tokenizer.ggml.add_space_prefix', tokenizer.addSpacePrefix)
  writeChatTemplate(metadata, tokenizer.files)
}

function findTokenizer(files: TokenizerFiles): Found {
  const { tokenizerJson: json, config } = files
  const sentencePiece = files.sentencePiece && readSentencePieceModel(files.sentencePiece)
  // Phi-4 has both files; the class says which one counts.
  const prefersBpe = /^GPT2Tokenizer/.test(String(config.tokenizer_class ?? ''))
  if (sentencePiece && !(prefersBpe && json)) {
    return { ...fromSentencePieceModel(sentencePiece, files), ...SENTENCE_PIECE }
  }
  if (json && isSentencePieceJson(json)) {
    return { ...fromSentencePieceJson(json, files), ...SENTENCE_PIECE }
  }
  if (json?.model?.type === 'BPE' || (json?.model?.merges && !json.model.type)) {
    return byteLevel(readBpeJson(json))
  }
  if (json?.model) throw unsupported(json.model.type ?? '')
  if (files.vocabJson) return byteLevel(readBpeFiles(files))
  throw new ModelError(
    'E_TOKENIZER_MISSING',
    'The folder has no tokenizer: one of tokenizer.json, tokenizer.model, or vocab.json with merges.txt is needed. Upload it with the model.'
  )
}

const SENTENCE_PIECE = {
  model: 'llama',
  pre: 'default',
  merges: [],
} as const satisfies Partial<Found>

function byteLevel({ vocabulary, merges, pre, notes }: ReturnType<typeof readBpeJson>): Found {
  return {
    model: 'gpt2',
    pre: pre.known.name,
    vocabulary,
    merges,
    addsBos: pre.known.addsBos,
    notes: [pre.note, ...notes],
  }
}

function unsupported(type: string): ModelError {
  return new ModelError(
    'E_TOKENIZER_UNSUPPORTED',
    `The model’s tokenizer is of the kind ${type}; GGUF language models use BPE or SentencePiece. GPTQ and AWQ keep the tokenizer as it is.`,
    { params: { type } }
  )
}

function checkFit(tokens: number, rows: number) {
  if (tokens <= rows && tokens >= rows * (1 - MOST_PADDING)) return
  throw new ModelError(
    'E_TOKENIZER_MISMATCH',
    `The tokenizer has ${tokens} tokens, but the model’s embedding has ${rows} rows: they do not belong together. ` +
      'Upload the tokenizer files that came with these weights.',
    { params: { tokens, rows } }
  )
}

function paddingNote(tokens: number, rows: number): Note[] {
  if (tokens === rows) return []
  const count = rows - tokens
  return [
    note(
      'vocabulary_padded',
      `The embedding has ${count} more rows than the tokenizer has tokens; they are marked as unused.`,
      { count }
    ),
  ]
}
