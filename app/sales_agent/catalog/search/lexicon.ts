import { readFileSync, readdirSync } from 'node:fs'
import { tokenize } from '#app/sales_agent/catalog/search/plain'
import { stem } from '#app/sales_agent/catalog/search/stem'

/**
 * What a concept is. Things are what one buys; the other kinds describe them, except topics, which
 * are about the shop itself (delivery, returns, opening hours).
 */
export type ConceptKind =
  'thing' | 'color' | 'material' | 'audience' | 'use' | 'quality' | 'size' | 'topic'

export interface Concept {
  id: string
  kind: ConceptKind
  /** Words and phrases per language, the usual one first. */
  words: Record<string, string[]>
  /** Broader concepts: a tent `is` a shelter. */
  is: string[]
}

/** "Keep my drinks cold" means these concepts. Each phrase is a set of stems that must all occur. */
export interface Need {
  id: string
  phrases: Record<string, string[][][]>
  means: string[]
}

interface ConceptEntry {
  id: string
  kind?: ConceptKind
  en?: string[]
  fr?: string[]
  is?: string[]
}

interface NeedEntry {
  id: string
  /** Words that must all occur, alternatives with `|`: "keep|stay drink|coffee hot|warm". */
  en?: string[]
  fr?: string[]
  means: string[]
}

const FOLDER = new URL('../lexicon/', import.meta.url)

/** Words that carry no meaning of their own inside a phrase: "sac à dos" is read "sac dos". */
const LINKS: Record<string, Set<string>> = {
  fr: new Set('a au aux de du des d l la le les un une en et pour avec par sur dans'.split(' ')),
  en: new Set('a an the of for and in on with to s'.split(' ')),
}

export const LEXICON_LOCALES = ['fr', 'en'] as const

/** Longest phrase of the lexicon in words, links left out. */
const LONGEST_PHRASE = 4

export class Lexicon {
  readonly concepts = new Map<string, Concept>()
  readonly needs: Need[] = []
  /** Every single word of a concept, per language, without accents: what a slip can mean. */
  readonly words: Record<string, Set<string>> = { fr: new Set(), en: new Set() }
  /** Words of needs and of everyday talk: spelt right, but nothing that a slip is likely to mean. */
  readonly ordinary: Record<string, Set<string>> = { fr: new Set(), en: new Set() }
  /** Conversation words that never describe a product, per language. */
  readonly fillers: Record<string, Set<string>> = { fr: new Set(), en: new Set() }
  /** Stems of a phrase, joined by spaces, to concepts. */
  #phrases: Record<string, Map<string, string[]>> = { fr: new Map(), en: new Map() }
  /** The phrase written as one word ("sacados", "headtorch") to concepts. */
  #glued: Record<string, Map<string, string[]>> = { fr: new Map(), en: new Map() }
  #ancestors = new Map<string, Set<string>>()
  #descendants = new Map<string, Set<string>>()

  constructor(
    entries: ConceptEntry[],
    needs: NeedEntry[],
    fillers: Record<string, string[]>,
    ordinary: Record<string, string[]>
  ) {
    for (const entry of entries) this.#addConcept(entry)
    for (const id of this.concepts.keys()) this.#link(id)
    for (const need of needs) this.#addNeed(need)
    for (const locale of LEXICON_LOCALES) {
      for (const words of fillers[locale] ?? []) {
        for (const word of tokenize(words)) this.fillers[locale]!.add(word)
      }
      for (const word of ordinary[locale] ?? []) {
        for (const form of inflect(word, locale)) this.ordinary[locale]!.add(form)
      }
    }
  }

  isLink(word: string, locale: string): boolean {
    return LINKS[locale]?.has(word) ?? false
  }

  /**
   * Concepts in a row of words. Longest phrases win; links between words are skipped. Each hit
   * tells which words it covers.
   */
  read(tokens: string[], locale: string): { concepts: string[]; from: number; to: number }[] {
    const phrases = this.#phrases[locale]
    if (!phrases) return []
    const places: number[] = []
    const stems: string[] = []
    tokens.forEach((token, index) => {
      if (this.isLink(token, locale)) return
      places.push(index)
      stems.push(stem(token, locale))
    })
    const hits: { concepts: string[]; from: number; to: number }[] = []
    const take = (start: number, length: number) => {
      const concepts = phrases.get(stems.slice(start, start + length).join(' '))
      if (concepts) hits.push({ concepts, from: places[start]!, to: places[start + length - 1]! })
      return concepts !== undefined
    }
    if (locale === 'fr') {
      for (let start = 0; start < stems.length; start++) {
        for (let length = Math.min(LONGEST_PHRASE, stems.length - start); length > 0; length--) {
          if (!take(start, length)) continue
          start += length - 1
          break
        }
      }
      return hits
    }
    // English puts the thing last: "folding bike lock" is a bike lock, not a folding bike.
    for (let end = stems.length; end > 0; end--) {
      for (let length = Math.min(LONGEST_PHRASE, end); length > 0; length--) {
        if (!take(end - length, length)) continue
        end -= length - 1
        break
      }
    }
    hits.reverse()
    return hits
  }

  /** Concepts of a phrase that somebody wrote as one word. */
  glued(word: string, locale: string): string[] | undefined {
    return this.#glued[locale]?.get(word)
  }

  /** Tells whether `id` is `broader` or one of its kinds. */
  isA(id: string, broader: string): boolean {
    return id === broader || (this.#ancestors.get(id)?.has(broader) ?? false)
  }

  /** Broader concepts, the nearest first. */
  broaderThan(id: string): string[] {
    return [...(this.#ancestors.get(id) ?? [])]
  }

  /** The concept and everything narrower. */
  withNarrower(id: string): string[] {
    return [id, ...(this.#descendants.get(id) ?? [])]
  }

  kindOf(id: string): ConceptKind {
    return this.concepts.get(id)?.kind ?? 'thing'
  }

  #addConcept(entry: ConceptEntry) {
    const known = this.concepts.get(entry.id)
    const words: Record<string, string[]> = known?.words ?? {}
    for (const locale of LEXICON_LOCALES) {
      words[locale] = [...(words[locale] ?? []), ...(entry[locale] ?? [])]
      for (const phrase of entry[locale] ?? []) this.#addPhrase(entry, phrase, locale)
    }
    this.concepts.set(entry.id, {
      id: entry.id,
      kind: entry.kind ?? known?.kind ?? 'thing',
      words,
      is: [...(known?.is ?? []), ...(entry.is ?? [])],
    })
  }

  #addPhrase({ id, kind }: ConceptEntry, phrase: string, locale: string) {
    const tokens = tokenize(phrase)
    const significant = tokens.filter((token) => !this.isLink(token, locale))
    const key = significant.map((token) => stem(token, locale)).join(' ')
    if (key === '') return
    push(this.#phrases[locale]!, key, id)
    const known = kind === 'topic' ? this.ordinary : this.words
    for (const token of significant) known[locale]!.add(token)
    if (tokens.length > 1) {
      push(this.#glued[locale]!, tokens.join(''), id)
      push(this.#glued[locale]!, significant.join(''), id)
    }
  }

  #addNeed(entry: NeedEntry) {
    const phrases: Record<string, string[][][]> = {}
    for (const locale of LEXICON_LOCALES) {
      phrases[locale] = (entry[locale] ?? []).map((phrase) =>
        phrase.split(/\s+/).map((place) =>
          place.split('|').map((word) => {
            const tokens = tokenize(word)
            for (const token of tokens) this.ordinary[locale]!.add(token)
            const longest = tokens.sort((a, b) => b.length - a.length)[0]
            return stem(longest ?? word, locale)
          })
        )
      )
    }
    this.needs.push({ id: entry.id, phrases, means: entry.means })
  }

  #link(id: string) {
    const ancestors = new Set<string>()
    const visit = (current: string) => {
      for (const broader of this.concepts.get(current)?.is ?? []) {
        if (ancestors.has(broader)) continue
        ancestors.add(broader)
        visit(broader)
      }
    }
    visit(id)
    this.#ancestors.set(id, ancestors)
    for (const ancestor of ancestors) {
      if (!this.#descendants.has(ancestor)) this.#descendants.set(ancestor, new Set())
      this.#descendants.get(ancestor)!.add(id)
    }
  }
}

/** Usual forms of an everyday word, so that none of them is taken for a slip. */
function inflect(word: string, locale: string): string[] {
  if (locale === 'en') {
    const base = word.replace(/e$/, '')
    const last = word.at(-1)!
    return [
      word,
      `${word}s`,
      `${word}es`,
      `${base}ed`,
      `${base}ing`,
      `${word}${last}ed`,
      `${word}${last}ing`,
    ]
  }
  const forms = [word, `${word}s`, `${word}e`, `${word}es`]
  if (/(?:er|ir|re)$/.test(word) && word.length > 4) {
    const root = word.slice(0, -2)
    const endings =
      'e es ons ez ent ait ais aient ant ee ees a ai era erait erai i is it issent u ue us'
    for (const ending of endings.split(' ')) forms.push(root + ending)
  }
  return forms
}

function push(map: Map<string, string[]>, key: string, id: string) {
  const ids = map.get(key)
  if (!ids) map.set(key, [id])
  else if (!ids.includes(id)) ids.push(id)
}

/** Files that hold no concepts. */
const OTHER_FILES = new Set(['needs.json', 'fillers.json', 'ordinary.json'])

let shared: Lexicon | null = null

/** The shopping lexicon that ships with the product (lexicon/*.json), read once. */
export function lexicon(): Lexicon {
  if (shared) return shared
  const entries: ConceptEntry[] = []
  for (const name of readdirSync(FOLDER).sort()) {
    if (!name.endsWith('.json') || OTHER_FILES.has(name)) continue
    entries.push(...read<ConceptEntry[]>(name))
  }
  shared = new Lexicon(entries, read('needs.json'), read('fillers.json'), read('ordinary.json'))
  return shared
}

function read<Value>(name: string): Value {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'))
}
