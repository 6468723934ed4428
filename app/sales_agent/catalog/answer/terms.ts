import { readNeeds, type NeedReading } from '#app/sales_agent/catalog/answer/needs'
import { countsPeople } from '#app/sales_agent/catalog/answer/numerals'
import { repair } from '#app/sales_agent/catalog/answer/repair'
import { WEIGHTS, type Term } from '#app/sales_agent/catalog/answer/term'
import { lexicon, type ConceptKind } from '#app/sales_agent/catalog/search/lexicon'
import { stem } from '#app/sales_agent/catalog/search/stem'
import type { Vocabulary } from '#app/sales_agent/catalog/search/vocabulary'

/** A title word in at most this many products counts as a name. */
const NAME_PRODUCTS = 3

/** Letters of clothing sizes, and what stands before them. */
const SIZES = new Set('xs s m l xl xxl xxxl'.split(' '))
const BEFORE_SIZE = new Set('size taille in en a an'.split(' '))

/** After these a thing is what the request is for or against, not the request. */
const ASIDE: Record<string, Set<string>> = {
  en: new Set('my our his her their your without inside against from behind off'.split(' ')),
  fr: new Set('mon ma mes notre nos son sa ses leur leurs sans contre dans derriere'.split(' ')),
}

/** After these a thing tells the purpose, when another thing was named before. */
const PURPOSE: Record<string, Set<string>> = {
  en: new Set(['for', 'to', 'with', 'on', 'in']),
  fr: new Set(['pour', 'avec', 'sur', 'dans']),
}

/** Turns the words of a message into what they ask of a product. */
export function readTerms(
  raw: string[],
  locale: string,
  vocabulary: Vocabulary
): { terms: Term[]; literal: Term[] | null } {
  const words = lexicon()
  const { tokens, originals } = repair(raw, locale, vocabulary)
  const used = new Array<boolean>(tokens.length).fill(false)
  const terms: Term[] = []
  const hits = words.read(tokens, locale)
  for (const hit of hits) {
    const single = hit.from === hit.to
    // "Four seats" is a size here, not something to sit on.
    if (single && countsPeople(tokens[hit.from]!) && /^\d/.test(tokens[hit.from - 1] ?? ''))
      continue
    if (single && words.fillers[locale]!.has(tokens[hit.from]!)) continue
    const meant = hit.concepts.filter((id) => words.kindOf(id) !== 'topic')
    const concepts = describesOther(hit, hits) ? meant.filter(isNoThing) : meant
    if (concepts.length === 0) {
      // "How long", "opening hours": about the shop, not about a product.
      if (!single) used.fill(true, hit.from, hit.to + 1)
      continue
    }
    used.fill(true, hit.from, hit.to + 1)
    const kind = strongestKind(concepts)
    const inside = tokens.slice(hit.from, hit.to + 1)
    const original = originals[hit.from]
    terms.push({
      kind,
      words: inside.filter((word) => !words.isLink(word, locale)),
      concepts,
      weight: WEIGHTS[kind],
      at: hit.from,
      ...(original ? { corrected: original } : {}),
    })
  }
  tokens.forEach((_word, index) => {
    if (used[index]) return
    const term = readWord(tokens, index, locale, vocabulary)
    if (!term) return
    if (originals[index]) term.corrected = originals[index]
    if (term.unit) used[index + 1] = true
    terms.push(term)
  })
  terms.sort((a, b) => a.at - b.at)
  setAside(terms, tokens, locale)
  const things = terms.filter((term) => term.kind === 'thing')
  const needs = readNeeds(
    tokens,
    locale,
    things.map((thing) => thing.words)
  )
  const literal = terms.map((term) => ({ ...term }))
  const withoutAside = literal.every((term) => !term.aside)
  requestSomething(literal)
  weighUnknown(literal)
  if (needs.concepts.length === 0) return { terms: literal, literal: null }
  const understood = weighUnknown(applyNeeds(terms, needs, locale, vocabulary))
  return { terms: understood, literal: withoutAside ? literal : null }
}

const isNoThing = (id: string) => lexicon().kindOf(id) !== 'thing'

/**
 * Whether a word that is both a thing and a description describes another thing of the message:
 * "jean" is a material in "haut en jean" and trousers elsewhere.
 */
function describesOther(hit: Hit, hits: Hit[]): boolean {
  if (!hit.concepts.some((id) => DESCRIBING.has(lexicon().kindOf(id)))) return false
  return hits.some(
    (other) =>
      other !== hit &&
      other.concepts.some((id) => !isNoThing(id)) &&
      other.concepts.every((id) => !DESCRIBING.has(lexicon().kindOf(id)))
  )
}

type Hit = ReturnType<ReturnType<typeof lexicon>['read']>[number]

const DESCRIBING = new Set<ConceptKind>(['color', 'material', 'quality'])

function readWord(
  tokens: string[],
  index: number,
  locale: string,
  vocabulary: Vocabulary
): Term | null {
  const word = tokens[index]!
  const words = lexicon()
  const term = { words: [word], concepts: [], at: index }
  if (SIZES.has(word) && BEFORE_SIZE.has(tokens[index - 1] ?? '')) {
    return { ...term, kind: 'size', weight: WEIGHTS.size }
  }
  if (words.isLink(word, locale) || words.fillers[locale]!.has(word)) return null
  if (/^\d/.test(word)) {
    const unit = tokens[index + 1]
    return { ...term, kind: 'number', weight: WEIGHTS.number, ...(unit ? { unit } : {}) }
  }
  if (word.length < 2) return null
  const ordinary = words.ordinary[locale]!.has(word)
  const labels = vocabulary.labels(word, locale)
  if (labels > 0 && labels <= NAME_PRODUCTS && word.length > 2 && !ordinary) {
    return { ...term, kind: 'name', weight: WEIGHTS.name }
  }
  if (labels > 0) return { ...term, kind: 'word', weight: ordinary ? 0.25 : WEIGHTS.word }
  if (vocabulary.occurs(word, locale)) {
    return { ...term, kind: 'word', weight: ordinary ? 0.1 : 0.3 }
  }
  return { ...term, kind: 'unknown', weight: ordinary ? 0.1 : WEIGHTS.unknown }
}

function strongestKind(concepts: string[]): ConceptKind {
  const order: ConceptKind[] = [
    'thing', 'color', 'material', 'use', 'audience', 'size', 'quality',
  ] // prettier-ignore
  const kinds = concepts.map((id) => lexicon().kindOf(id))
  return order.find((kind) => kinds.includes(kind)) ?? 'thing'
}

/** Marks things that are mentioned beside the request: "a bell for my bike". */
function setAside(terms: Term[], tokens: string[], locale: string) {
  const things = terms.filter((term) => term.kind === 'thing')
  const marks: [Term, 'aside' | 'purpose'][] = []
  for (const thing of things) {
    const before = tokens.slice(Math.max(0, thing.at - 2), thing.at)
    if (before.some((word) => ASIDE[locale]!.has(word))) {
      marks.push([thing, 'aside'])
    } else if (before.some((word) => PURPOSE[locale]!.has(word)) && things[0] !== thing) {
      marks.push([thing, 'purpose'])
    }
  }
  for (const [thing, mark] of marks) {
    thing.aside = true
    thing.weight = mark === 'purpose' ? 0.6 : 0.5
  }
}

/** Nothing else was asked for: then it is the request after all ("my tent", "pour mon vélo"). */
function requestSomething(terms: Term[]) {
  const things = terms.filter((term) => term.kind === 'thing')
  if (things.length === 0 || things.some((thing) => !thing.aside)) return
  if (terms.some((term) => term.kind === 'name')) return
  things[0]!.aside = false
  things[0]!.weight = WEIGHTS.thing
}

/**
 * Adds what a need asks for. Words that expressed it no longer ask for themselves; a thing that
 * was requested outright wins over a need that means other things.
 */
function applyNeeds(
  terms: Term[],
  needs: NeedReading,
  locale: string,
  vocabulary: Vocabulary
): Term[] {
  if (needs.concepts.length === 0) return terms
  // Somebody who calls a product by its name wants that one.
  const requestsByName = terms.some((term) => term.kind === 'name')
  if (requestsByName && terms.some((term) => term.kind === 'thing' && !term.aside)) return terms
  const covered = (term: Term) =>
    term.words.length > 0 && term.words.every((word) => needs.stems.has(stem(word, locale)))
  const serves = (term: Term) =>
    term.concepts.some((id) =>
      needs.concepts.some((mean) => lexicon().isA(mean, id) || lexicon().isA(id, mean))
    )
  const requested = terms.filter(
    (term) => term.kind === 'thing' && !term.aside && !covered(term) && !serves(term)
  )
  const sold = (term: Term) => term.words.some((word) => vocabulary.labels(word, locale) > 0)
  if (requested.some(sold)) return terms
  for (const term of terms) {
    if (term.kind === 'thing' && serves(term) && !term.aside) continue
    term.weight *= covered(term) ? 0.2 : term.kind === 'thing' || term.kind === 'name' ? 0.25 : 0.4
    if (term.kind === 'thing' || term.kind === 'name' || term.kind === 'word') term.aside = true
  }
  const at = Math.max(0, ...terms.map((term) => term.at)) + 1
  return [...terms, { kind: 'need', words: [], concepts: needs.concepts, weight: WEIGHTS.need, at }]
}

/**
 * A word that nobody knows matters when it stands beside the thing that was asked for ("inflatable
 * zorb") or alone; elsewhere it is part of the story around it ("next week in Chamonix").
 */
function weighUnknown(terms: Term[]): Term[] {
  const things = terms.filter((term) => term.kind === 'thing' || term.kind === 'name')
  const named = things.length > 0 || terms.some((term) => term.kind === 'need')
  if (!named) return terms
  for (const term of terms) {
    if (term.kind !== 'unknown') continue
    const beside = things.some((thing) => !thing.aside && Math.abs(thing.at - term.at) === 1)
    term.weight = Math.min(term.weight, beside ? 0.4 : 0.1)
  }
  return terms
}
