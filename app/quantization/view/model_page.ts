import type { I18n } from '@adonisjs/i18n'
import type { Inspection, MethodForecast } from '#gpu/protocol'
import type { PlanAccess } from '#app/quantization/services/plan_access'
import { barChart, type BarChart } from '#app/quantization/view/charts'
import { choiceOf, methodLabel } from '#app/quantization/view/labels'
import { say } from '#app/quantization/view/say'
import { formatBytes } from '#app/quantization/view/units'

export interface Choice extends Omit<MethodForecast, 'notes'> {
  value: string
  label: string
  /** The plan includes the method. */
  allowed: boolean
  notes: string[]
  /** Size after in parts of the size before. */
  share: number | null
}

/** What the page of a model shows beside its facts: every choice, the best one, what fits where. */
export function presentInspection(inspection: Inspection, access: PlanAccess, i18n: I18n) {
  const { locale } = i18n
  const choices = inspection.forecasts.map((forecast): Choice => {
    const { method, type, notes, bytes } = forecast
    return {
      ...forecast,
      value: choiceOf(forecast),
      label: methodLabel(method, type),
      allowed: access.methods.includes(method),
      notes: notes.map((note) => say(i18n, note)),
      share: bytes === undefined || !inspection.bytes ? null : bytes / inspection.bytes,
    }
  })
  const possible = choices.filter(({ possible: can }) => can)
  const wanted = inspection.recommendation ? choiceOf(inspection.recommendation) : null
  const best =
    possible.find(({ value, allowed }) => value === wanted && allowed) ??
    possible.find(({ allowed, recommended }) => allowed && recommended) ??
    null
  return {
    choices,
    possible,
    impossible: choices.filter(({ possible: can }) => !can),
    best,
    /** Better than what the plan includes. */
    better: possible.find(({ value, allowed }) => value === wanted && !allowed) ?? null,
    advice: inspection.recommendation ? say(i18n, inspection.recommendation.note) : null,
    notes: inspection.notes.map((note) => say(i18n, note)),
    sizes: sizeChart(inspection, possible, best, i18n, locale),
    fits: inspection.fits.map((fit) => ({
      hardware: i18n.t(`quantization.hardware.${fit.hardware}`, {}, fit.hardware),
      memoryBytes: fit.memoryBytes,
      method: fit.method ? methodLabel(fit.method.method, fit.method.type) : null,
    })),
  }
}

function sizeChart(
  inspection: Inspection,
  possible: Choice[],
  best: Choice | null,
  i18n: I18n,
  locale: string
): BarChart | null {
  const sized = possible.filter(({ bytes }) => bytes !== undefined)
  if (sized.length === 0) return null
  const shown = sized.length > 12 ? sized.slice(0, 12) : sized
  const original = i18n.t('quantization.model.original')
  return barChart({
    id: 'sizes',
    title: i18n.t('quantization.model.sizes'),
    headers: [i18n.t('quantization.job.method'), i18n.t('quantization.model.size')],
    bars: [
      { label: original, value: inspection.bytes, text: formatBytes(inspection.bytes, locale) },
      ...shown.map((choice) => ({
        label: choice.label,
        value: choice.bytes ?? 0,
        text: formatBytes(choice.bytes, locale),
        marked: choice === best,
      })),
    ],
  })
}
