import type { ColumnMapping, ColumnTarget } from '#app/crm/imports/fields'
import { countryCode } from '#app/crm/imports/countries'
import { splitName } from '#app/crm/imports/names'
import { cleanText, normaliseEmail, normalisePhone, truncate } from '#app/crm/services/contact'

export type RejectReason = 'invalid_email' | 'invalid_phone' | 'no_identity'

/** A row of the file, cleaned. Null and empty mean that the file says nothing. */
export interface ProspectDraft {
  name: string | null
  firstName: string | null
  lastName: string | null
  email: string | null
  phone: string | null
  company: string | null
  jobTitle: string | null
  city: string | null
  country: string | null
  locale: string | null
  source: string | null
  tags: string[]
  consent: boolean | null
  custom: Record<string, string>
}

export interface RowReader {
  columns: { header: string; target: ColumnTarget; index: number }[]
  /** Country of national phone numbers when the row names none. */
  country: string
}

const CUSTOM_VALUE_LENGTH = 500
const YES = /^(y|yes|oui|o|ja|j|si|sí|true|vrai|wahr|1|x|ok|opt[- ]?in|subscribed|abonné|given)$/i
const NO = /^(n|no|non|nein|false|faux|falsch|0|opt[- ]?out|unsubscribed|désabonné|refused)$/i

export function rowReader(headers: string[], mapping: ColumnMapping, country: string): RowReader {
  return {
    columns: headers.map((header, index) => ({
      header,
      index,
      target: mapping[header] ?? 'ignore',
    })),
    country,
  }
}

/**
 * Reads one row. An e-mail that cannot be one is refused, because it is what people are found
 * by; a phone that cannot be one only when there is no e-mail, else it is kept as custom.
 */
export function readRow(
  reader: RowReader,
  values: string[]
): { ok: true; draft: ProspectDraft } | { ok: false; reason: RejectReason } {
  const cells: Partial<Record<ColumnTarget, string>> = {}
  const custom: Record<string, string> = {}
  let phoneHeader = 'phone'
  for (const { header, target, index } of reader.columns) {
    const value = cleanText(values[index], CUSTOM_VALUE_LENGTH)
    if (!value || target === 'ignore') continue
    if (target === 'custom') custom[truncate(header, 60)] = value
    else cells[target] ??= value
    if (target === 'phone') phoneHeader = truncate(header, 60)
  }

  const country = countryCode(cells.country ?? null)
  if (cells.country && !country) custom.country = cells.country

  const email = firstOf(cells.email, /[;,\s|]+/, normaliseEmail)
  if (cells.email && !email) return { ok: false, reason: 'invalid_email' }

  const phone = firstOf(cells.phone, /[;|/]+/, (part) =>
    normalisePhone(part, country ?? reader.country)
  )
  if (cells.phone && !phone) {
    if (!email) return { ok: false, reason: 'invalid_phone' }
    custom[phoneHeader] = cells.phone
  }

  const names = readNames(cells)
  const company = cleanText(cells.company, 200)
  if (!email && !phone && !names.name && !company) return { ok: false, reason: 'no_identity' }

  return {
    ok: true,
    draft: {
      ...names,
      name: names.name ?? (email || phone ? null : company),
      email,
      phone,
      company,
      jobTitle: cleanText(cells.job_title, 200),
      city: cleanText(cells.city, 200),
      country,
      locale: /^([a-z]{2})([-_].*)?$/i.exec(cells.locale ?? '')?.[1]?.toLowerCase() ?? null,
      source: cleanText(cells.source, 60),
      tags: readTags(cells.tags),
      consent: cells.consent
        ? YES.test(cells.consent)
          ? true
          : NO.test(cells.consent)
            ? false
            : null
        : null,
      custom,
    },
  }
}

function firstOf(
  cell: string | undefined,
  separator: RegExp,
  normalise: (part: string) => string | null
): string | null {
  if (!cell) return null
  const whole = normalise(cell)
  if (whole) return whole
  for (const part of cell.split(separator)) {
    const value = part ? normalise(part) : null
    if (value) return value
  }
  return null
}

function readNames(cells: Partial<Record<ColumnTarget, string>>) {
  const first = cleanText(cells.first_name, 100)
  const last = cleanText(cells.last_name, 100)
  if (first || last) {
    const name = cleanText(cells.name ?? [first, last].filter(Boolean).join(' '), 200)
    return { name, firstName: first, lastName: last }
  }
  const name = cleanText(cells.name, 200)
  if (!name) return { name: null, firstName: null, lastName: null }
  const { firstName, lastName } = splitName(name)
  return { name, firstName: cleanText(firstName, 100), lastName: cleanText(lastName, 100) }
}

function readTags(cell: string | undefined): string[] {
  if (!cell) return []
  const tags = cell.split(/[,;|]/).map((tag) => cleanText(tag, 40))
  return [...new Set(tags.filter((tag) => tag !== null))].slice(0, 20)
}
