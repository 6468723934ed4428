import { dateFormat, numberFormat } from '#shared/i18n/intl_formats'
import { DateTime } from 'luxon'
import type { WeekId } from '#app/reports/weeks/week'

/** Numbers, money and dates of a report in the reader's language. */
export interface ReportFormat {
  locale: string
  count(value: number): string
  /** `+12` or `−3`, with the true minus sign. */
  signed(value: number): string
  /** 0.254 as `25 %`, with one digit below 10 %. */
  percent(share: number): string
  signedPercent(share: number): string
  cents(value: number): string
  micros(value: number, currency?: string): string
  /** Return on investment: `4.2×` grows hard to read in percent, so both are offered. */
  times(value: number): string
  decimal(value: number, digits?: number): string
  /** The calendar day that an instant falls on in `zone`. */
  dayIn(iso: string, zone: string): string
  dayRange(firstDay: string, lastDay: string): string
  moment(iso: string, zone: string): string
  weekNumber(week: WeekId): number
  compactMoney(value: number): string
}

/** Two letters of language to the full tag that Intl should use. */
const TAGS: Record<string, string> = { fr: 'fr-FR', en: 'en-GB' }

const cache = new Map<string, ReportFormat>()

/** Formatters for a language and the workspace's currency; kept, as making them is slow. */
export function reportFormat(locale: string, currency: string): ReportFormat {
  const key = `${locale}/${currency}`
  const known = cache.get(key)
  if (known) return known
  const made = makeFormat(locale, currency)
  cache.set(key, made)
  return made
}

function makeFormat(locale: string, currency: string): ReportFormat {
  const tag = TAGS[locale] ?? locale
  const plain = numberFormat(tag)
  const signed = numberFormat(tag, { signDisplay: 'exceptZero' })
  const percent = (digits: number, signDisplay: 'auto' | 'exceptZero' = 'auto') =>
    numberFormat(tag, { style: 'percent', maximumFractionDigits: digits, signDisplay })
  const wholePercent = percent(0)
  const finePercent = percent(1)
  const signedPercent = percent(0, 'exceptZero')
  const money = (code: string) =>
    numberFormat(tag, {
      style: 'currency',
      currency: code,
      currencyDisplay: 'narrowSymbol',
    })
  const own = money(currency)
  const compact = numberFormat(tag, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    notation: 'compact',
    maximumFractionDigits: 1,
    minimumFractionDigits: 0,
  })
  const minus = (text: string) => text.replace(/-/g, '\u2212')
  const local = (iso: string, zone = 'utc') =>
    DateTime.fromISO(iso, { zone: 'utc' }).setZone(zone).setLocale(tag)

  return {
    locale: tag,
    count: (value) => minus(plain.format(value)),
    signed: (value) => minus(signed.format(value)),
    percent: (share) =>
      minus((Math.abs(share) < 0.1 && share !== 0 ? finePercent : wholePercent).format(share)),
    signedPercent: (share) => minus(signedPercent.format(share)),
    cents: (value) => minus(own.format(value / 100)),
    micros: (value, code) => minus((code ? money(code) : own).format(value / 1_000_000)),
    times: (value) =>
      `${minus(numberFormat(tag, { maximumFractionDigits: 1 }).format(value))}\u00a0×`,
    decimal: (value, digits = 2) =>
      minus(numberFormat(tag, { maximumFractionDigits: digits }).format(value)),
    dayIn: (iso, zone) =>
      local(iso, zone).toLocaleString({ day: 'numeric', month: 'short', year: 'numeric' }),
    dayRange: (firstDay, lastDay) =>
      dateFormat(tag, {
        day: 'numeric',
        month: 'long',
        year: 'numeric',
        timeZone: 'UTC',
      }).formatRange(new Date(`${firstDay}T00:00:00Z`), new Date(`${lastDay}T00:00:00Z`)),
    moment: (iso, zone) =>
      local(iso, zone).toLocaleString({
        day: 'numeric',
        month: 'long',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      }),
    weekNumber: (week) => Number(week.slice(-2)),
    compactMoney: (value) => minus(compact.format(value)),
  }
}
