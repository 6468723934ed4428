import type { I18n } from '@adonisjs/i18n'
import type { Evaluation, LanguageEvaluation, QuantizeResult } from '#gpu/protocol'
import { numberFormat } from '#shared/i18n/intl_formats'
import type QuantizationJob from '#app/quantization/models/quantization_job'
import type { VerdictReason } from '#app/quantization/proof/verdict'
import { barChart, type BarChart, type BarChartInput } from '#app/quantization/view/charts'
import { formatBytes } from '#app/quantization/view/units'

type Surface = 'page' | 'paper'

/** The drawings of a finished job: size and, where compared, quality and speed; before and after. */
export function jobCharts(
  result: Pick<QuantizeResult, 'bytesBefore' | 'bytesAfter'>,
  evaluation: Evaluation | null,
  i18n: I18n,
  surface: Surface = 'page'
): BarChart[] {
  const { locale } = i18n
  const t = (key: string) => i18n.t(`quantization.${key}`)
  const decimal = numberFormat(locale, { maximumSignificantDigits: 4 })
  const pair = (
    id: string,
    before: number,
    after: number,
    text: (value: number) => string
  ): BarChartInput => ({
    id,
    title: t(`chart.${id}`),
    headers: [t('chart.model'), t('chart.figure')],
    bars: [
      { label: t('chart.before'), value: before, text: text(before) },
      { label: t('chart.after'), value: after, text: text(after), marked: true },
    ],
  })
  const charts = [
    pair('size', result.bytesBefore, result.bytesAfter, (bytes) => formatBytes(bytes, locale)),
  ]
  if (evaluation?.kind === 'language') {
    const { perplexityBefore, perplexityAfter, speedBefore, speedAfter } = evaluation
    charts.push(
      pair('perplexity', perplexityBefore, perplexityAfter, (value) => decimal.format(value))
    )
    if (speedBefore && speedAfter) {
      const perSecond = (value: number) =>
        `${decimal.format(value)} ${t('chart.tokens_per_second')}`
      charts.push(
        pair('speed', speedBefore.generatedPerSecond, speedAfter.generatedPerSecond, perSecond)
      )
    }
  } else if (evaluation) {
    const milliseconds = (value: number) => `${decimal.format(value)}\u00a0ms`
    const { latencyBefore, latencyAfter } = evaluation
    charts.push(pair('latency', latencyBefore.p50Ms, latencyAfter.p50Ms, milliseconds))
    charts.push(
      pair('memory', latencyBefore.memoryBytes, latencyAfter.memoryBytes, (bytes) =>
        formatBytes(Math.max(0, bytes), locale)
      )
    )
  }
  return charts
    .filter(({ bars }) => bars.every(({ value }) => Number.isFinite(value)))
    .map((input) => barChart(input, surface))
}

/** One measure of the verdict in words. */
export function presentReason(reason: VerdictReason, i18n: I18n) {
  const percent = numberFormat(i18n.locale, { style: 'percent', maximumFractionDigits: 2 })
  const plain = numberFormat(i18n.locale, { maximumSignificantDigits: 3 })
  const format = reason.measure === 'klMean' || reason.measure === 'cosine' ? plain : percent
  const write = (value: number | null) =>
    typeof value === 'number' && Number.isFinite(value) ? format.format(value) : '–'
  return {
    measure: i18n.t(`quantization.measure.${reason.measure}`),
    explained: i18n.t(`quantization.measure.${reason.measure}_text`),
    value: write(reason.value),
    pass: write(reason.pass),
    fail: write(reason.fail),
    verdict: reason.verdict,
  }
}

/** How much smaller the model became, 0.75 for a quarter of the size. */
export function sizeReduction(job: Pick<QuantizationJob, 'bytesBefore' | 'bytesAfter'>) {
  if (!job.bytesBefore || job.bytesAfter === null) return null
  return 1 - job.bytesAfter / job.bytesBefore
}

export function samplesOf(evaluation: Evaluation | null): LanguageEvaluation['samples'] {
  return evaluation?.kind === 'language' ? evaluation.samples : []
}
