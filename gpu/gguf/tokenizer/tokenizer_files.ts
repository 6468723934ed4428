/** The files of a model's folder that say how text becomes tokens. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readJsonFile } from '../../formats/model_files.js'
import type { PreTokenizer } from './split_text.js'
import type { AddedToken } from './vocabulary.js'

export type Json = Record<string, unknown>

/** The parts of `tokenizer.json` (Hugging Face `tokenizers`) that matter here. */
export interface TokenizerJson {
  model?: {
    type?: string
    vocab?: Record<string, number> | [string, number][]
    merges?: (string | [string, string])[]
    unk_token?: string | null
    byte_fallback?: boolean
    ignore_merges?: boolean
  }
  added_tokens?: AddedToken[]
  normalizer?: JsonStep | null
  pre_tokenizer?: PreTokenizer | null
  post_processor?: JsonStep | null
  decoder?: JsonStep | null
}

export interface JsonStep {
  type?: string
  normalizers?: JsonStep[]
  processors?: JsonStep[]
  decoders?: JsonStep[]
  single?: TemplatePart[]
  prepend?: string
}
export type TemplatePart = { SpecialToken?: { id?: string }; Sequence?: { id?: string } }

export interface TokenizerFiles {
  tokenizerJson: TokenizerJson | null
  /** `tokenizer_config.json`, `{}` when absent. */
  config: Json
  /** `added_tokens.json`: text to id. */
  addedTokens: Record<string, number>
  /** `tokenizer.model`. */
  sentencePiece: Uint8Array | null
  /** `vocab.json` and the lines of `merges.txt`, for models without `tokenizer.json`. */
  vocabJson: Record<string, number> | null
  merges: string[]
  chatTemplateFile: string | null
  generationConfig: Json
}

/** @throws ModelError `E_CONFIG_INVALID` when one of them is no JSON */
export async function readTokenizerFiles(folder: string): Promise<TokenizerFiles> {
  const json = (name: string) => absentAsNull(readJsonFile(join(folder, name)))
  const text = async (name: string) => {
    const bytes = await absentAsNull(readFile(join(folder, name)))
    return bytes?.toString('utf8') ?? null
  }
  const merges = await text('merges.txt')
  const templateJson = await json('chat_template.json')
  return {
    tokenizerJson: (await json('tokenizer.json')) as TokenizerJson | null,
    config: (await json('tokenizer_config.json')) ?? {},
    addedTokens: ((await json('added_tokens.json')) ?? {}) as Record<string, number>,
    sentencePiece: await absentAsNull(readFile(join(folder, 'tokenizer.model'))),
    vocabJson: (await json('vocab.json')) as Record<string, number> | null,
    merges: merges === null ? [] : mergeLines(merges),
    chatTemplateFile:
      (await text('chat_template.jinja')) ??
      (typeof templateJson?.chat_template === 'string' ? templateJson.chat_template : null),
    generationConfig: (await json('generation_config.json')) ?? {},
  }
}

/** The first line may be a comment (`#version: 0.2`); `#` is also a token. */
function mergeLines(text: string): string[] {
  const lines = text.split('\n')
  if (lines[0]?.startsWith('#version')) lines.shift()
  return lines.map((line) => line.trim()).filter((line) => line.split(' ').length === 2)
}

async function absentAsNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
