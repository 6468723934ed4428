import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelFile } from '../formats/model_files.js'
import { parseFrontMatter } from '../gguf/general_metadata.js'

const HEAD_BYTES = 64 * 1024

/** Words at the start of a licence's text, and its SPDX or Hugging Face identifier. */
const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/Apache License\s+Version 2\.0/, 'apache-2.0'],
  [/MIT License|Permission is hereby granted, free of charge/, 'mit'],
  [/LLAMA 2 COMMUNITY LICENSE/i, 'llama2'],
  [/LLAMA 3\.1 COMMUNITY LICENSE/i, 'llama3.1'],
  [/LLAMA 3\.2 COMMUNITY LICENSE/i, 'llama3.2'],
  [/LLAMA 3\.3 COMMUNITY LICENSE/i, 'llama3.3'],
  [/META LLAMA 3 COMMUNITY LICENSE/i, 'llama3'],
  [/Gemma Terms of Use/i, 'gemma'],
  [/Tongyi Qianwen|Qwen LICENSE AGREEMENT/i, 'qwen'],
  [/GNU AFFERO GENERAL PUBLIC LICENSE/i, 'agpl-3.0'],
  [/GNU LESSER GENERAL PUBLIC LICENSE/i, 'lgpl-3.0'],
  [/GNU GENERAL PUBLIC LICENSE\s+Version 2/i, 'gpl-2.0'],
  [/GNU GENERAL PUBLIC LICENSE/i, 'gpl-3.0'],
  [/Redistribution and use in source and binary forms/, 'bsd-3-clause'],
  [/Attribution-NonCommercial-ShareAlike 4\.0/i, 'cc-by-nc-sa-4.0'],
  [/Attribution-NonCommercial 4\.0/i, 'cc-by-nc-4.0'],
  [/Attribution-ShareAlike 4\.0/i, 'cc-by-sa-4.0'],
  [/Attribution 4\.0/i, 'cc-by-4.0'],
  [/OpenRAIL/i, 'openrail'],
]

export interface Card {
  licence: string | null
  name: string | null
}

/**
 * The licence of a model's folder: from the head of `README.md` (the model card of Hugging Face),
 * else from the text of its LICENSE file.
 */
export async function readCard(folder: string, files: readonly ModelFile[]): Promise<Card> {
  const names = files.map((file) => file.name).filter((name) => !name.includes('/'))
  const readme = names.find((name) => /^readme\.md$/i.test(name))
  const card = readme === undefined ? {} : frontMatter(await head(join(folder, readme)))
  const name = text(card.model_name) ?? null
  const stated = text(card.license_name) ?? text(card.license)
  if (stated !== undefined) return { licence: stated, name }
  const file = names.find((candidate) => /^(licen[sc]e|copying)([.\-_].*)?$/i.test(candidate))
  return { licence: file === undefined ? null : licenceOf(await head(join(folder, file))), name }
}

/** The identifier of a licence by the words of its text, or null. */
export function licenceOf(content: string): string | null {
  return TEXTS.find(([pattern]) => pattern.test(content))?.[1] ?? null
}

function frontMatter(content: string): Record<string, unknown> {
  const lines = content.split(/\r?\n/)
  if (lines[0] !== '---') return {}
  const end = lines.indexOf('---', 1)
  return end < 0 ? {} : parseFrontMatter(lines.slice(1, end))
}

function text(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'string' && value !== '' ? value : undefined
}

async function head(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead).toString('utf8')
  } finally {
    await file.close()
  }
}
