import { ENTITY_KINDS, type EntityKind } from './entities.js'

/** As people and earlier answers may write them; never given to another value. */
const WRITTEN = new RegExp(String.raw`\[(${ENTITY_KINDS.join('|')})_(\d+)\]`, 'g')

/**
 * Which value stands behind `[EMAIL_1]`, both ways. The same value gets the same placeholder;
 * placeholders that somebody typed are never used, so putting originals back cannot touch them.
 */
export class PlaceholderMap {
  readonly #byValue = new Map<string, string>()
  readonly #originals = new Map<string, string>()
  readonly #last = new Map<string, number>()
  /** Whether it holds more than when it was read. */
  changed = false

  /** @param entries placeholders and originals of earlier requests of the conversation */
  constructor(entries: readonly (readonly [string, string])[] = []) {
    for (const [placeholder, original] of entries) {
      const [kind, number] = parts(placeholder)
      this.#remember(kind, original, placeholder)
      this.#reserve(kind, number)
    }
  }

  /** Keeps the placeholders that a text already contains, and that are not ours, out of use. */
  reserve(text: string): void {
    for (const [, kind, number] of text.matchAll(WRITTEN)) this.#reserve(kind!, Number(number))
  }

  placeholderOf(kind: EntityKind, original: string): string {
    const known = this.#byValue.get(keyOf(kind, original))
    if (known) return known
    const number = (this.#last.get(kind) ?? 0) + 1
    const placeholder = `[${kind}_${number}]`
    this.#reserve(kind, number)
    this.#remember(kind, original, placeholder)
    this.changed = true
    return placeholder
  }

  /** Original of a placeholder of this map, else null. */
  original(placeholder: string): string | null {
    return this.#originals.get(placeholder) ?? null
  }

  entries(): [string, string][] {
    return [...this.#originals]
  }

  #remember(kind: string, original: string, placeholder: string) {
    this.#byValue.set(keyOf(kind, original), placeholder)
    this.#originals.set(placeholder, original)
  }

  #reserve(kind: string, number: number) {
    this.#last.set(kind, Math.max(this.#last.get(kind) ?? 0, number))
  }
}

function keyOf(kind: string, original: string): string {
  return `${kind}:${original.toLowerCase()}`
}

function parts(placeholder: string): [string, number] {
  const at = placeholder.lastIndexOf('_')
  return [placeholder.slice(1, at), Number(placeholder.slice(at + 1, -1))]
}
