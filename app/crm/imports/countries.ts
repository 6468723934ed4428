import { isSupportedCountry } from 'libphonenumber-js'
import { foldHeader } from '#shared/csv/index'

const LANGUAGES = ['en', 'fr', 'de', 'es', 'it']

/** Short forms that people write and Unicode's names do not contain. */
const SHORT_FORMS: Record<string, string> = {
  'usa': 'US',
  'united states of america': 'US',
  'etats unis d amerique': 'US',
  'uk': 'GB',
  'england': 'GB',
  'angleterre': 'GB',
  'great britain': 'GB',
  'holland': 'NL',
  'korea': 'KR',
  'philipines': 'PH',
}

let codes: Map<string, string> | null = null

/** ISO 3166-1 alpha-2 code of a country written as a code or a name in five languages. */
export function countryCode(value: string | null): string | null {
  if (!value) return null
  codes ??= readCodes()
  return codes.get(foldHeader(value)) ?? null
}

function readCodes(): Map<string, string> {
  const map = new Map(Object.entries(SHORT_FORMS))
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index))
  for (const language of LANGUAGES) {
    const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' })
    for (const first of letters) {
      for (const second of letters) {
        const code = first + second
        const name = names.of(code)
        // Unicode also names groups (EU) and codes that are gone (FX).
        if (!name || !isSupportedCountry(code)) continue
        map.set(foldHeader(name), code)
        map.set(code.toLowerCase(), code)
      }
    }
  }
  map.set('uk', 'GB')
  return map
}
