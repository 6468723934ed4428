import { foldHeader } from '#shared/csv/index'
import { normaliseEmail, normalisePhone } from '#app/crm/services/contact'
import type { ColumnMapping, ProspectField } from '#app/crm/imports/fields'
import { FIELD_OF_HEADER } from '#app/crm/imports/header_words'

/** Columns kept beside the known fields; a file with more is a data dump, not contacts. */
const MAX_CUSTOM_COLUMNS = 40

/** Share of filled cells that must look like a contact before the content decides. */
const CONTENT_SHARE = 0.6

/** Two words or more without figures: only believed where a column has no name. */
const FULL_NAME = /^\p{L}[\p{L}'’.-]*( \p{L}[\p{L}'’.-]*){1,4}$/u

/**
 * Decides what each column becomes: by its header (five languages), then, for e-mail and phone,
 * by what its cells look like. Each field is given once; the rest is kept as custom.
 */
export function mapColumns(headers: string[], sample: string[][], country: string): ColumnMapping {
  const mapping: ColumnMapping = {}
  const given = new Set<ProspectField>()
  const give = (header: string, field: ProspectField | undefined) => {
    if (!field || given.has(field) || mapping[header]) return
    mapping[header] = field
    given.add(field)
  }

  for (const header of headers) give(header, fieldOf(header))
  // "Nom" beside "Prénom" is the family name; "Nombre" beside "Apellidos" the given one.
  const missing = given.has('first_name') ? 'last_name' : 'first_name'
  if (given.has('first_name') !== given.has('last_name')) {
    const header = headers.find((candidate) => mapping[candidate] === 'name')
    if (header) {
      mapping[header] = missing
      given.delete('name')
      given.add(missing)
    }
  }
  headers.forEach((header, column) => {
    const cells = sample.map((row) => row[column] ?? '')
    if (!given.has('email') && looksLike(cells, (cell) => normaliseEmail(cell) !== null)) {
      give(header, 'email')
    } else if (!given.has('phone') && looksLike(cells, (cell) => isPhone(cell, country))) {
      give(header, 'phone')
    } else if (header.startsWith('#') && looksLike(cells, (cell) => FULL_NAME.test(cell))) {
      give(header, 'name')
    }
  })

  let custom = 0
  for (const header of headers) {
    mapping[header] ??= custom++ < MAX_CUSTOM_COLUMNS ? 'custom' : 'ignore'
  }
  return mapping
}

/** A file whose first line holds contacts has no header. */
export function lacksHeader(headers: string[]): boolean {
  return headers.some((header) => normaliseEmail(header) !== null || /^\+\d{8,15}$/.test(header))
}

/** Custom properties of exports wear a tail (`Email__c`, `Email (work)`). */
function fieldOf(header: string): ProspectField | undefined {
  const folded = foldHeader(header)
  return (
    FIELD_OF_HEADER.get(folded) ??
    FIELD_OF_HEADER.get(folded.replace(/ (c|\d|work|home|pro|perso)$/, ''))
  )
}

function looksLike(cells: string[], test: (cell: string) => boolean): boolean {
  const filled = cells.filter((cell) => cell.trim() !== '')
  return filled.length > 0 && filled.filter(test).length / filled.length >= CONTENT_SHARE
}

/** Bare digits are as likely an order number, so the content must be written like a phone. */
function isPhone(cell: string, country: string): boolean {
  return /^\s*(\+|00|0\d[ .-]|\(\d)/.test(cell) && normalisePhone(cell, country) !== null
}
