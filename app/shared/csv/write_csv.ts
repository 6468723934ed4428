/**
 * One CSV line (RFC 4180, with CRLF). Cells that a spreadsheet would run as a formula get a
 * leading apostrophe (https://owasp.org/www-community/attacks/CSV_Injection); signed numbers
 * and international phone numbers are left alone.
 */
export function csvLine(values: readonly (string | number | null)[], delimiter = ','): string {
  return `${values.map((value) => cell(value, delimiter)).join(delimiter)}\r\n`
}

const FORMULA = /^[=@+\-\t\r]/

/** `-12,50`, `+33 (0)1 23-45`: one sign at the beginning, then nothing that calculates. */
const SIGNED_NUMBER = /^[+-][\d(][\d\s()./,-]*$/

function cell(value: string | number | null, delimiter: string): string {
  if (value === null) return ''
  const text = String(value)
  const safe = FORMULA.test(text) && !SIGNED_NUMBER.test(text) ? `'${text}` : text
  return safe.includes(delimiter) || /["\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
