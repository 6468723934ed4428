import { stdnum } from 'stdnum'
import { type Detector, type EntityKind, type Span, spanOf } from '../entities.js'

const SPACE = '[ \\u00A0.\\-]?'

/**
 * Characters of an IBAN by country (ISO 13616 registry). One with a typing error is no less
 * personal, so the right length is enough where the country is known.
 */
const IBAN_LENGTHS: Record<string, number> = {
  ...{ AD: 24, AT: 20, BE: 16, BG: 22, CH: 21, CY: 28, CZ: 24, DE: 22, DK: 18, EE: 20, ES: 24 },
  ...{ FI: 18, FR: 27, GB: 22, GR: 27, HR: 21, HU: 28, IE: 22, IT: 27, LI: 21, LT: 20, LU: 20 },
  ...{ LV: 21, MC: 27, MT: 31, NL: 18, NO: 15, PL: 28, PT: 25, RO: 24, SE: 24, SI: 19, SK: 24 },
}

/** Identifiers with a check digit: the form finds candidates, the arithmetic decides. */
const IDENTIFIERS: { kind: EntityKind; form: RegExp; isValid(value: string): boolean }[] = [
  {
    kind: 'IBAN',
    form: /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?:[ \u00A0]?[A-Z0-9]){11,30}(?![\p{L}\p{N}])/giu,
    isValid: (value) =>
      IBAN_LENGTHS[value.slice(0, 2)] === value.length || ibanRemainder(value) === 1,
  },
  {
    kind: 'VAT',
    form: /(?<![\p{L}\p{N}])(?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK)[ \u00A0]?(?=[A-Z0-9. \u00A0]*\d{2})[A-Z0-9](?:[ \u00A0.]?[A-Z0-9]){7,12}(?![\p{L}\p{N}])/gu,
    isValid: isVatNumber,
  },
  {
    kind: 'NIR',
    form: new RegExp(
      `(?<![\\p{L}\\p{N}])[1-478]${SPACE}\\d{2}${SPACE}\\d{2}${SPACE}(?:\\d{2}|2[AB])${SPACE}\\d{3}${SPACE}\\d{3}${SPACE}\\d{2}(?![\\p{L}\\p{N}])`,
      'giu'
    ),
    isValid: (value) => nirKey(value) === Number(value.slice(-2)),
  },
  {
    kind: 'SIRET',
    form: /(?<![\p{L}\p{N}])\d{3}(?:[ \u00A0.]?\d{3}){2}[ \u00A0.]?\d{5}(?![\p{L}\p{N}])/gu,
    isValid: (value) => stdnum.FR!.siret!.validate(value).isValid,
  },
  {
    kind: 'CARD',
    form: /(?<![\p{L}\p{N}])\d(?:[ \u00A0-]?\d){11,18}(?![\p{L}\p{N}])/gu,
    isValid: (value) => /^(?:[3456]|2[2-7]|1800|2131)/.test(value) && luhn(value),
  },
  {
    kind: 'SIREN',
    form: /(?<![\p{L}\p{N}])\d{3}[ \u00A0.]?\d{3}[ \u00A0.]?\d{3}(?![\p{L}\p{N}]|[ \u00A0.]?\d)/gu,
    isValid: (value) => value !== '000000000' && luhn(value),
  },
  {
    kind: 'SSN',
    form: /(?<![\p{L}\p{N}-])(?!000|666|9\d\d)\d{3}[- ](?!00)\d{2}[- ](?!0000)\d{4}(?![\p{L}\p{N}-])/gu,
    isValid: () => true,
  },
]

/** Words before nine digits that say that they are the number of a business, not a reference. */
const ABOUT_A_BUSINESS =
  /(?:siren|rcs|entreprise|soci[ée]t[ée]|immatricul|company|business)[^\n]{0,40}$/iu
/** Words before nine digits that announce an American social security number. */
const ABOUT_SECURITY = /(?:\bss[ni]d?s?\b|social security)[^\n\d]{0,20}$/iu

export const findIdentifiers: Detector = (text) => {
  if (!/\d{2}/.test(text)) return []
  const spans: Span[] = []
  for (const { kind, form, isValid } of IDENTIFIERS) {
    for (const match of text.matchAll(form)) {
      const written = longestValid(match[0], isValid)
      if (!written) continue
      // One reference in ten passes the check of nine digits: ungrouped ones need a word for it.
      const grouped = /\d[ \u00A0.]\d/.test(written)
      const before = text.slice(Math.max(0, match.index - 60), match.index)
      if (kind === 'SIREN' && !grouped && !ABOUT_A_BUSINESS.test(before)) continue
      spans.push({ start: match.index, end: match.index + written.length, kind })
    }
  }
  for (const match of text.matchAll(/(?<!\d)\d{3}-?\d{2}-?\d{4}(?!\d)/g)) {
    if (ABOUT_SECURITY.test(text.slice(Math.max(0, match.index - 40), match.index))) {
      spans.push(spanOf(match, 'SSN'))
    }
  }
  return spans
}

/** Groups at the end may be the next words of the sentence: they are left off until it is valid. */
function longestValid(candidate: string, isValid: (value: string) => boolean): string | null {
  for (let written = candidate; written.length > 8;) {
    if (isValid(written.replace(/[^\p{L}\p{N}]/gu, '').toUpperCase())) return written
    const shorter = written.replace(/[^\p{L}\p{N}]+[\p{L}\p{N}]+$/u, '')
    if (shorter === written) return null
    written = shorter
  }
  return null
}

/** Remainder of an IBAN modulo 97 (ISO 13616), 1 when it is valid. */
function ibanRemainder(value: string): number {
  let remainder = 0
  for (const character of value.slice(4) + value.slice(0, 4)) {
    const digits = Number.parseInt(character, 36)
    remainder = (remainder * (digits > 9 ? 100 : 10) + digits) % 97
  }
  return remainder
}

/** Control key of a French social security number; Corsica counts as 19 and 18. */
function nirKey(value: string): number {
  const digits = value.slice(0, 13).replace('2A', '19').replace('2B', '18')
  return 97 - Number(BigInt(digits) % 97n)
}

/** Luhn's check (ISO/IEC 7812) of a string of digits. */
function luhn(value: string): boolean {
  let sum = 0
  for (let index = 0; index < value.length; index++) {
    const digit = Number(value[value.length - 1 - index])
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

function isVatNumber(value: string): boolean {
  const country = value.slice(0, 2) === 'EL' ? 'GR' : value.slice(0, 2)
  const validators = stdnum[country]
  const validator =
    validators?.vat ?? validators?.tva ?? validators?.ust ?? validators?.iva ?? validators?.nif
  return validator?.validate(value).isValid ?? false
}
