import type { Span } from './entities.js'

/** Somebody or some company that the workspace knows, under every name it may be called. */
export interface KnownContact {
  kind: 'PERSON' | 'COMPANY'
  /** Found in any case, also without accents. */
  names: string[]
  /** Names that may be ordinary words (Petit, Orange): found only with a capital letter. */
  capitalisedNames: string[]
}

/**
 * Contacts of a workspace of whom a name contains one of these words. Words come folded: lower
 * case, without accents.
 */
export type ContactLookup = (workspaceId: string, words: string[]) => Promise<KnownContact[]>

let lookup: ContactLookup = async () => []

/** The room that keeps contacts says at boot how to find them; `llm` stands below it. */
export function useContactLookup(next: ContactLookup): void {
  lookup = next
}

const WORD = /[\p{L}\p{N}]{2,}/gu
/** A text of more different words than this is a document; the rest is left to the rules. */
const MAX_WORDS = 600

/** Finds the workspace's own contacts in texts. One query serves all texts of a request. */
export async function findKnownContacts(
  workspaceId: string,
  texts: string[]
): Promise<(text: string) => Span[]> {
  const words = new Set<string>()
  for (const text of texts) {
    for (const [word] of fold(text).matchAll(WORD)) if (words.size < MAX_WORDS) words.add(word)
  }
  const contacts = words.size > 0 ? await lookup(workspaceId, [...words]) : []
  const names = contacts.flatMap(({ kind, names: inAnyCase, capitalisedNames }) => [
    ...inAnyCase.map((name) => ({ kind, name: fold(name), capitalised: false })),
    ...capitalisedNames.map((name) => ({ kind, name: fold(name), capitalised: true })),
  ])
  return (text) => (names.length > 0 ? occurrences(text, names) : [])
}

interface Name {
  kind: 'PERSON' | 'COMPANY'
  /** Folded. */
  name: string
  capitalised: boolean
}

function occurrences(text: string, names: Name[]): Span[] {
  const folded = fold(text)
  const spans: Span[] = []
  for (const { kind, name, capitalised } of names) {
    if (name.trim().length < 2) continue
    for (let at = folded.indexOf(name); at !== -1; at = folded.indexOf(name, at + name.length)) {
      const end = at + name.length
      if (isWordCharacter(folded[at - 1]) || isWordCharacter(folded[end])) continue
      if (capitalised && !/^\p{Lu}/u.test(text.slice(at))) continue
      spans.push({ start: at, end, kind })
    }
  }
  return spans
}

function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character)
}

/** Lower case without accents, every character in its place. */
function fold(text: string): string {
  return text.replace(/\P{ASCII}/gu, foldCharacter).toLowerCase()
}

function foldCharacter(character: string): string {
  const [base = character] = character.normalize('NFD')
  const lower = base.toLowerCase()
  return lower.length === 1 ? lower : character
}
