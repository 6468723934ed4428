import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js'

/** RFC 5321 limits the whole address to 254 characters and its local part to 64. */
const EMAIL =
  /^(?=.{3,254}$)(?=[^@]{1,64}@)[^\s@"<>(),:;\\[\]]+@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}][\p{L}\p{N}-]{1,62}$/u

/**
 * The address as it is stored (trimmed, lower case, without `mailto:` or angle brackets), or
 * null when it cannot be one. Existence is not checked.
 */
export function normaliseEmail(value: string | null | undefined): string | null {
  if (!value) return null
  const bracketed = /<([^<>]+)>\s*$/.exec(value)
  const email = (bracketed?.[1] ?? value)
    .trim()
    .replace(/^mailto:/i, '')
    .toLowerCase()
  if (email.includes('..') || email.startsWith('.') || email.includes('.@')) return null
  return EMAIL.test(email) ? email : null
}

/**
 * The number in E.164, or null when no such number can exist. National numbers are read with
 * the given country's rules.
 *
 * @param country ISO 3166-1 alpha-2, e.g. `FR`
 */
export function normalisePhone(
  value: string | null | undefined,
  country: string | null
): string | null {
  if (!value || !/\d/.test(value) || value.length > 60) return null
  const parsed = parsePhoneNumberFromString(value, (country ?? undefined) as CountryCode)
  if (parsed?.isPossible()) return parsed.number
  if (!NORTH_AMERICAN.test(value.trim())) return null
  const american = parsePhoneNumberFromString(value, 'US')
  return american?.isPossible() ? american.number : null
}

/** `415-555-0100` and `(415) 555-0100` are written nowhere else. */
const NORTH_AMERICAN = /^\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}$/

/** Country whose numbers a workspace means when it writes them without a prefix. */
export function defaultCountry(workspace: { locale: string; timezone: string }): string {
  return TIMEZONE_COUNTRIES[workspace.timezone] ?? LOCALE_COUNTRIES[workspace.locale] ?? 'FR'
}

const TIMEZONE_COUNTRIES: Record<string, string> = {
  'Europe/Paris': 'FR',
  'Europe/Brussels': 'BE',
  'Europe/Zurich': 'CH',
  'Europe/Luxembourg': 'LU',
  'Europe/Berlin': 'DE',
  'Europe/Vienna': 'AT',
  'Europe/Madrid': 'ES',
  'Europe/Rome': 'IT',
  'Europe/Lisbon': 'PT',
  'Europe/Amsterdam': 'NL',
  'Europe/London': 'GB',
  'Europe/Dublin': 'IE',
  'America/New_York': 'US',
  'America/Chicago': 'US',
  'America/Denver': 'US',
  'America/Los_Angeles': 'US',
  'America/Toronto': 'CA',
  'America/Montreal': 'CA',
}

const LOCALE_COUNTRIES: Record<string, string> = {
  fr: 'FR',
  en: 'GB',
  de: 'DE',
  es: 'ES',
  it: 'IT',
}

/** Cleans a free text: no control characters, single spaces, at most `max` characters. */
export function cleanText(value: string | null | undefined, max: number): string | null {
  if (!value) return null
  const text = value
    .replace(/[\p{Cc}\u200B\uFEFF]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
  return text ? truncate(text, max) : null
}

/** Cuts between characters, never inside a surrogate pair, and drops broken ones. */
export function truncate(text: string, max: number): string {
  return text.length <= max ? text.toWellFormed() : text.slice(0, max).toWellFormed().trimEnd()
}
