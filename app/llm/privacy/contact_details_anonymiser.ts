import { findPhoneNumbersInText } from 'libphonenumber-js'

/** Starts only where a run of such characters starts: else a long word takes quadratic time. */
const EMAIL =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?\.\p{L}{2,24}/gu
const PLACEHOLDER = /\[(EMAIL|PHONE)_(\d+)\]/g

/** Numbers without a country code are read as French ones. */
const DEFAULT_COUNTRY = 'FR'

export type MaskedKind = 'EMAIL' | 'PHONE'

/**
 * Replaces e-mail addresses and phone numbers by placeholders such as `[EMAIL_1]` before a text
 * leaves the box. One instance serves one request: the same value gets the same placeholder in
 * the system text and in every message. Placeholders that somebody typed are never reused, so
 * putting the originals back cannot touch them.
 */
export class ContactDetailsAnonymiser {
  readonly #byValue = new Map<string, string>()
  readonly #originals = new Map<string, string>()
  readonly #next: Record<MaskedKind, number> = { EMAIL: 1, PHONE: 1 }

  constructor(texts: string[]) {
    for (const text of texts) {
      for (const match of text.matchAll(PLACEHOLDER)) {
        const kind = match[1] as MaskedKind
        this.#next[kind] = Math.max(this.#next[kind], Number(match[2]) + 1)
      }
    }
  }

  mask(text: string): string {
    const withoutEmails = text.replace(EMAIL, (value) => this.#placeholder('EMAIL', value))
    const phones = findPhoneNumbersInText(withoutEmails, DEFAULT_COUNTRY)
    return phones.reduceRight((masked, { startsAt, endsAt }) => {
      const value = masked.slice(startsAt, endsAt)
      return masked.slice(0, startsAt) + this.#placeholder('PHONE', value) + masked.slice(endsAt)
    }, withoutEmails)
  }

  /** Original of a placeholder that this request made, else null. */
  original(placeholder: string): string | null {
    return this.#originals.get(placeholder) ?? null
  }

  /** How many values of each kind were replaced: the log keeps counts, never values. */
  get counts(): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const placeholder of this.#originals.keys()) {
      const kind = placeholder.slice(1, placeholder.lastIndexOf('_')).toLowerCase()
      counts[kind] = (counts[kind] ?? 0) + 1
    }
    return counts
  }

  #placeholder(kind: MaskedKind, value: string): string {
    const key = `${kind}:${value.toLowerCase()}`
    const known = this.#byValue.get(key)
    if (known) return known
    const placeholder = `[${kind}_${this.#next[kind]++}]`
    this.#byValue.set(key, placeholder)
    this.#originals.set(placeholder, value)
    return placeholder
  }
}
