/** `general.*`: what the model is called, who may use it, where it comes from. */
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Metadata } from './metadata.js'

type Json = Record<string, unknown>

/** Cards longer than this are not read to their end; the facts are at the top. */
const MAX_CARD_CHARACTERS = 200_000

export interface GeneralFacts {
  /** Folder of the model; its name is the last resort for a name. */
  folder: string
  config: Json
  generationConfig: Json
  architecture: string
  elements: number
  expertCount: number
  /** Elements of all stacked experts together. */
  expertElements: number
}

export async function writeGeneralMetadata(metadata: Metadata, facts: GeneralFacts): Promise<void> {
  const card = await readCard(facts.folder)
  metadata.string('general.architecture', facts.architecture)
  metadata.string('general.type', 'model')
  writeSampling(metadata, facts.generationConfig)
  metadata.string('general.name', nameOf(card, facts))
  metadata.string('general.size_label', sizeLabel(facts))
  const licence = card.license
  metadata.string('general.license', Array.isArray(licence) ? licence.join(',') : text(licence))
  metadata.string('general.license.name', text(card.license_name))
  metadata.string('general.license.link', text(card.license_link))
  writeBaseModels(metadata, list(card.base_model))
  metadata.strings('general.tags', [...list(card.tags), ...list(card.pipeline_tag)])
  metadata.strings('general.languages', list(card.language))
}

function nameOf(card: Json, { config, folder }: GeneralFacts): string {
  const fromCard = text(card.model_name) ?? text(card.name)
  if (fromCard) return fromCard
  const id = text(config._name_or_path)
  // A path on somebody's disk says nothing.
  const fromHub = id && id.split('/').length <= 2 ? id.split('/').at(-1) : undefined
  return titleOf(fromHub || basename(folder))
}

/** `tiny-llama-v1.1` becomes `Tiny Llama v1.1`; words with capitals of their own stay. */
function titleOf(id: string): string {
  return id
    .split(/[-\s]+/)
    .filter(Boolean)
    .map((word) => {
      const stays = word !== word.toLowerCase() || /^(v\d+(\.\d+)*|\d.*)$/.test(word)
      return stays ? word : word.replaceAll(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase())
    })
    .join(' ')
}

/** `7.2B`, or `8x7.2B` for mixtures of experts: two digits at least, as gguf-py rounds. */
function sizeLabel({ elements, expertCount, expertElements }: GeneralFacts): string {
  if (expertCount === 0) return rounded(elements)
  const shared = elements - expertElements
  return `${expertCount}x${rounded(shared + Math.floor(expertElements / expertCount))}`
}

function rounded(count: number): string {
  const [scale, suffix] =
    count > 1e12
      ? ([1e-12, 'T'] as const)
      : count > 1e9
        ? ([1e-9, 'B'] as const)
        : count > 1e6
          ? ([1e-6, 'M'] as const)
          : ([1e-3, 'K'] as const)
  const digits = String(Math.round(count * scale)).replace(/^0+/, '').length
  return (count * scale).toFixed(Math.max(2 - digits, 0)) + suffix
}

const SAMPLING: Record<string, readonly [key: string, 'float32' | 'int32']> = {
  top_k: ['top_k', 'int32'],
  top_p: ['top_p', 'float32'],
  min_p: ['min_p', 'float32'],
  temperature: ['temp', 'float32'],
  repetition_penalty: ['penalty_repeat', 'float32'],
}

function writeSampling(metadata: Metadata, generation: Json) {
  for (const [name, [key, type]] of Object.entries(SAMPLING)) {
    const value = generation[name]
    if (typeof value !== 'number' || !Number.isFinite(value)) continue
    metadata.set(`general.sampling.${key}`, { type, value })
  }
}

function writeBaseModels(metadata: Metadata, ids: string[]) {
  metadata.uint32('general.base_model.count', ids.length > 0 ? ids.length : undefined)
  ids.forEach((id, index) => {
    const key = `general.base_model.${index}`
    const [organization, name] = id.includes('/') ? id.split('/', 2) : [undefined, id]
    metadata.string(`${key}.name`, titleOf(name ?? id))
    if (!organization) return
    metadata.string(`${key}.organization`, titleOf(organization))
    metadata.string(`${key}.repo_url`, `https://huggingface.co/${id}`)
  })
}

/**
 * The head of `README.md`: `key: value` lines and lists between two lines of dashes. Of YAML only
 * this much is read; nested values are left out.
 */
async function readCard(folder: string): Promise<Json> {
  const content = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '')
  const lines = content.slice(0, MAX_CARD_CHARACTERS).split(/\r?\n/)
  if (lines[0] !== '---') return {}
  const end = lines.indexOf('---', 1)
  return parseFrontMatter(end < 0 ? [] : lines.slice(1, end))
}

export function parseFrontMatter(lines: readonly string[]): Json {
  const values: Json = {}
  let key: string | null = null
  for (const line of lines) {
    const pair = /^([A-Za-z_]\w*):\s*(.*)$/.exec(line)
    const item = /^\s*-\s+(.+)$/.exec(line)
    if (pair) {
      key = pair[1]!
      const value = pair[2]!.trim()
      if (value) values[key] = flowList(value) ?? unquoted(value)
    } else if (item && key && (values[key] === undefined || Array.isArray(values[key]))) {
      // An item with a key of its own is a nested object.
      if (!/^[\w-]+:(\s|$)/.test(item[1]!)) {
        values[key] = [...((values[key] as string[]) ?? []), unquoted(item[1]!.trim())]
      }
    }
  }
  return values
}

/** `[en, fr]` */
function flowList(value: string): string[] | undefined {
  if (!value.startsWith('[') || !value.endsWith(']')) return undefined
  return value
    .slice(1, -1)
    .split(',')
    .map((item) => unquoted(item.trim()))
    .filter(Boolean)
}

function unquoted(value: string): string {
  return /^(["']).*\1$/.test(value) ? value.slice(1, -1) : value
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined
}

function list(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : []
}
