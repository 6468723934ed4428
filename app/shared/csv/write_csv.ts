/**
 * One CSV line (RFC 4180, with CRLF). Cells that a spreadsheet would run as a formula get a
 * leading apostrophe (https://owasp.org/www-community/attacks/CSV_Injection); signed numbers
 * and international phone numbers are left alone.
 */
export function csvLine(values: readonly (string | number | null)[], delimiter = ','): string {
  return `${values.map((value) => cell(value, delimiter)).join(delimiter)}\r\n`
}

function cell(value: string | number | null, delimiter: string): string {
  if (value === null) return ''
  const text = String(value)
  const safe = /^[=@\t\r]|^[+-](?![\d(])/.test(text) ? `'${text}` : text
  return safe.includes(delimiter) || /["\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
