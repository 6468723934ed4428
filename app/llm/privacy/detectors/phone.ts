import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js'
import type { Detector, Span } from '../entities.js'

/** Digits in groups as people write them, with an optional country code; 7 to 15 digits. */
const CANDIDATE =
  /(?<![\p{L}\p{N}.,/#€$£+-])(?:\+|00)?\(?\d(?:[ \u00A0.\-/()]{0,3}\d){6,14}(?:[ ]?(?:x|ext\.?|poste)[ ]?\d{1,5})?(?![\p{L}\p{N}]|[.,]\d|\s?[€$£%])/giu
/** Countries whose own writing is understood, in the order of trying. */
const COUNTRIES: CountryCode[] = ['FR', 'BE', 'CH', 'GB', 'DE', 'ES', 'IT', 'US']
/** Words shortly before a number that say what it is. */
const ANNOUNCED =
  /(?:t[ée]l(?:[ée]phone)?|phone|mobile|portable|cell|whatsapp|fax|num[ée]ro|number|call(?: me)?|appele[rz]|rappele[rz]|joindre|reach|text me|sms|telefon|handy|tel[ée]fono|m[óo]vil|cellulare)[^\n\d]{0,30}$/iu
const ANNOUNCED_AFTER = /^[ \-(]{1,2}(?:mobile|portable|fax|office|bureau|cell|home|tel)\b/i
/** Shorter ones are references unless a word announces them. */
const MINIMUM_DIGITS = 9
const GROUPED = /\d[ \u00A0.\-/()]+\d/
const DATE = /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})$/

/** A number that the plans of these countries know, or one that the words before it announce. */
export const findPhones: Detector = (text) => {
  const spans: Span[] = []
  for (const match of text.matchAll(CANDIDATE)) {
    const value = match[0]
    if (DATE.test(value)) continue
    const before = text.slice(Math.max(0, match.index - 50), match.index)
    const after = text.slice(match.index + value.length, match.index + value.length + 12)
    if (ANNOUNCED.test(before) || ANNOUNCED_AFTER.test(after) || isPhone(value)) {
      spans.push({ start: match.index, end: match.index + value.length, kind: 'PHONE' })
    }
  }
  return spans
}

function isPhone(value: string): boolean {
  // Nothing else starts with a plus; plans of numbers change more often than libraries.
  if (value.startsWith('+')) return true
  if (value.startsWith('00')) {
    return parsePhoneNumberFromString(value.replace(/^00/, '+'))?.isValid() ?? false
  }
  // Without groups only the own country's form counts: other runs of digits are order numbers.
  if (!GROUPED.test(value)) {
    return (
      /^0[1-9]\d{8}$/.test(value) && (parsePhoneNumberFromString(value, 'FR')?.isValid() ?? false)
    )
  }
  if (value.replace(/\D/g, '').length < MINIMUM_DIGITS) return false
  return COUNTRIES.some((country) => parsePhoneNumberFromString(value, country)?.isValid() ?? false)
}
