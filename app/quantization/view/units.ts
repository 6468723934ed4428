import { numberFormat } from '#shared/i18n/intl_formats'

const UNITS = {
  en: ['B', 'KB', 'MB', 'GB', 'TB'],
  fr: ['o', 'Ko', 'Mo', 'Go', 'To'],
} as const

/** Bytes in the unit that people read, three significant digits: `4.58 GB` (1 GB is 2^30). */
export function formatBytes(bytes: number | null | undefined, locale: string): string {
  if (typeof bytes !== 'number' || !Number.isFinite(bytes)) return '–'
  const units = locale.startsWith('fr') ? UNITS.fr : UNITS.en
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, Math.abs(bytes))) / 10))
  const value = numberFormat(locale, {
    maximumSignificantDigits: 3,
  }).format(bytes / 1024 ** power)
  return `${value}\u00a0${units[power]}`
}

/** Seconds as people say them: `45 s`, `3 min`, `2 h 10 min`. */
export function formatDuration(seconds: number | null | undefined, locale: string): string {
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return '–'
  const number = numberFormat(locale)
  if (seconds < 1) return `< ${number.format(1)}\u00a0s`
  if (seconds < 90) return `${number.format(Math.round(seconds))}\u00a0s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return `${number.format(minutes)}\u00a0min`
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  return rest === 0
    ? `${number.format(hours)}\u00a0h`
    : `${number.format(hours)}\u00a0h ${number.format(rest)}\u00a0min`
}
