import { LOST_REASONS } from '#crm'
import { MIN_CASES_FOR_RATE, type Rate } from '#app/reports/measures/rate'
import { MIN_DEALS_FOR_INTERVAL } from '#app/reports/measures/revenue_interval'
import type { ReportFormat } from '#app/reports/weekly/format'
import type { Suggestion } from '#app/reports/weekly/suggestions'
import type { Translate } from '#app/reports/weekly/texts'
import type { Figure, WeeklyReport } from '#app/reports/weekly/weekly_report'

/** A quotation in a suggestion reminds of a text, it does not repeat all of it. */
const LONGEST_QUOTE = 100

const KNOWN_REASONS: ReadonlySet<string> = new Set(LOST_REASONS)

/** Sentences that page, PDF, e-mail and API share, so that all of them say the same. */
export function reportWording(report: WeeklyReport, t: Translate, format: ReportFormat) {
  const cost = format.micros(report.cost.totalMicros)
  const revenue = format.cents(report.revenue.attributedCents)
  const gain = format.micros(report.roi.gainMicros)
  const margin = format.percent((report.roi.grossMarginPercent ?? 100) / 100)

  function lossReason(reason: string | null): string {
    if (!reason) return t('losses.no_reason')
    return KNOWN_REASONS.has(reason) ? t(`losses.${reason}`) : reason
  }

  return {
    revenue,
    cost,
    roi: report.roi.value === null ? '–' : format.signedPercent(report.roi.value),

    headline(): string {
      if (report.revenue.attributedCents > 0) {
        return t(report.cost.totalMicros > 0 ? 'headline.gain' : 'headline.free', { revenue, cost })
      }
      const isQuiet = report.figures.conversations.value === 0 && report.cost.totalMicros === 0
      return isQuiet ? t('headline.quiet') : t('headline.none', { cost })
    },

    roiFormula: () => t(`roi.formula_${report.roi.basis}`),

    /** The formula with the week's own numbers. */
    roiNumbers(): string {
      if (report.roi.value === null) return t('roi.no_cost')
      const value = `${format.decimal(report.roi.value)} = ${format.signedPercent(report.roi.value)}`
      return report.roi.basis === 'margin'
        ? t('roi.numbers_margin', { revenue, margin, cost, value })
        : t('roi.numbers', { gain, cost, value })
    },

    roiMeaning(): string | null {
      if (report.roi.value === null) return null
      const unit = format.micros(1_000_000)
      return report.roi.value >= 0
        ? t('roi.meaning', { unit, extra: format.micros(report.roi.value * 1_000_000) })
        : t('roi.meaning_loss', { unit, back: format.micros((report.roi.value + 1) * 1_000_000) })
    },

    roiBasis: () =>
      report.roi.basis === 'margin' ? t('roi.basis_margin', { margin }) : t('roi.basis_revenue'),

    /** What the large figures do not say: how sure they are and what they rest on. */
    headlineNote(): string {
      if (report.roi.value === null && report.revenue.attributedCents > 0) return this.roiBasis()
      if (report.revenue.attributedCents === 0) return this.roiConfidence()
      return `${this.roiConfidence()} ${this.roiBasis()}`
    },

    roiConfidence(): string {
      const { low, high } = report.roi
      const deals = report.revenue.deals.length
      return low !== null && high !== null
        ? t('roi.confidence', {
            low: format.signedPercent(low),
            high: format.signedPercent(high),
            deals,
          })
        : t('roi.too_few', { deals, limit: MIN_DEALS_FOR_INTERVAL })
    },

    usageLine: () =>
      report.cost.usageUsdMicros === 0
        ? t('cost.usage_none')
        : t('cost.usage', {
            usd: format.micros(report.cost.usageUsdMicros, 'USD'),
            rate: format.decimal(report.cost.usdRate, 4),
          }),

    rateRule: () => t('rates_note', { count: MIN_CASES_FOR_RATE }),
    revenueRule: () => t('revenue.rule', { days: report.revenue.windowDays }),

    rateValue: (rate: Rate) => (rate.value === null ? '–' : format.percent(rate.value)),

    /** `25 % to 41 %`, or that there are too few cases. */
    rateRange(rate: Rate): string {
      if (rate.low === null || rate.high === null) return t('no_case')
      const range = t('interval', {
        low: format.percent(rate.low),
        high: format.percent(rate.high),
      })
      return rate.tooFew ? `${range} · ${t('too_few')}` : range
    },

    figureValue: (figure: Figure) => (figure.value === null ? '–' : format.count(figure.value)),

    /** `+12 (+25 %)` against the week before; a second line when chance explains it. */
    figureChange(figure: Figure): string {
      if (figure.value === null) return t('not_counted')
      if (!figure.change) return ''
      const { difference, relative, isNotable } = figure.change
      if (difference === 0) return t('same_as_before')
      const change =
        relative === null
          ? format.signed(difference)
          : t('change_percent', {
              change: format.signed(difference),
              percent: format.signedPercent(relative),
            })
      return isNotable ? change : `${change}\n${t('within_chance')}`
    },

    /** The pipeline's own reasons are keys; what people typed is shown as it is. */
    lossReason,

    suggestion({ kind, facts, href }: Suggestion) {
      const words = {
        ...facts,
        ...(typeof facts.question === 'string' ? { question: shorten(facts.question) } : {}),
        ...(typeof facts.reason === 'string' ? { reason: shorten(lossReason(facts.reason)) } : {}),
        ...(typeof facts.availableMicros === 'number'
          ? { available: format.micros(facts.availableMicros, 'USD') }
          : {}),
        ...(typeof facts.usedMicros === 'number'
          ? { used: format.micros(facts.usedMicros, 'USD') }
          : {}),
      }
      return { title: t(`next.${kind}.title`), text: t(`next.${kind}.text`, words), href }
    },
  }
}

function shorten(text: string): string {
  const letters = [...text.replace(/\s+/g, ' ').trim()]
  return letters.length <= LONGEST_QUOTE ? letters.join('') : `${letters.slice(0, 99).join('')}…`
}

export type ReportWording = ReturnType<typeof reportWording>
