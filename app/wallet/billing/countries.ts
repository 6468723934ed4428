import { EU_COUNTRIES } from '#app/wallet/billing/vat'

/** Beyond the Union: where the box's businesses are likely to invoice. */
const OTHERS = ['AU', 'BR', 'CA', 'CH', 'GB', 'IN', 'JP', 'LI', 'MA', 'MC', 'NO', 'SN', 'TN', 'US']

/** Countries by their names in the reader's language, for a select. */
export function countryOptions(locale: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(locale, { type: 'region' })
  return [...EU_COUNTRIES, ...OTHERS]
    .map((value) => ({ value, label: names.of(value) ?? value }))
    .sort((a, b) => a.label.localeCompare(b.label, locale))
}
