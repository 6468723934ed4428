import type { I18n } from '@adonisjs/i18n'
import { collectPdf, drawFooters, openPdf } from '#shared/pdf/document'
import { drawSvg } from '#shared/pdf/draw_svg'
import { printable } from '#shared/pdf/printable'
import { Sheet } from '#shared/pdf/sheet'
import { drawTable } from '#shared/pdf/table'
import { CONTENT_WIDTH, INK, PAGE } from '#shared/pdf/theme'
import type { Evaluation, QuantizeResult } from '#gpu/protocol'
import type QuantizationFile from '#app/quantization/models/quantization_file'
import type QuantizationJob from '#app/quantization/models/quantization_job'
import type { Savings } from '#app/quantization/proof/savings'
import { barChartSize } from '#app/quantization/view/charts'
import { jobCharts, presentReason, sizeReduction } from '#app/quantization/view/job_page'
import { methodLabel } from '#app/quantization/view/labels'
import { say } from '#app/quantization/view/say'
import { formatBytes, formatDuration } from '#app/quantization/view/units'
import type { viewFormatters } from '#shared/view/formatters'

export interface JobReport {
  job: QuantizationJob & { result: QuantizeResult; evaluation: Evaluation | null }
  files: QuantizationFile[]
  savings: Savings
  workspace: { name: string; currency: string }
  i18n: I18n
  fmt: ReturnType<typeof viewFormatters>
}

const GAP = 18
const HALF = (CONTENT_WIDTH - GAP) / 2

/** A finished job on paper, for a client: what changed, the proof, where it runs, what it saves. */
export async function renderJobPdf(report: JobReport): Promise<Buffer> {
  const { job, i18n, workspace, fmt } = report
  const t = (key: string, data?: Record<string, unknown>) => i18n.t(`quantization.${key}`, data)
  const doc = openPdf({
    title: `${t('report.title')}: ${printable(job.model.name, 120)}`,
    author: workspace.name,
    locale: i18n.locale,
    createdAt: job.finishedAt?.toJSDate() ?? new Date(),
  })
  const finished = collectPdf(doc)
  const sheet = new Sheet(doc)
  sheet.onPage = () => {
    sheet.write(printable(workspace.name, 100), PAGE.margin, 30, CONTENT_WIDTH, RUNNING_HEAD)
    sheet.line(46)
  }

  drawHead(sheet, report, t)
  drawVerdict(sheet, report, t)
  drawCharts(sheet, report)
  drawSavings(sheet, report, t)
  drawFits(sheet, report, t)
  drawNotes(sheet, report, t)
  drawFiles(sheet, report, t)
  drawFooters(sheet, {
    written: t('report.generated', { moment: fmt.dateTime(new Date()) }),
    page: (page, pages) => t('report.page', { page, pages }),
  })
  doc.end()
  return finished
}

type T = (key: string, data?: Record<string, unknown>) => string

const RUNNING_HEAD = { size: 8, color: INK.soft, maxLines: 1 } as const

function drawHead(sheet: Sheet, { job, workspace, i18n }: JobReport, t: T): void {
  const { margin } = PAGE
  sheet.decorate(() => sheet.doc.rect(0, 0, PAGE.width, 7).fill(INK.primary))
  const label = { font: 'semibold', size: 8.5, color: INK.primary } as const
  sheet.y = 30
  sheet.tag('P', () => sheet.write(t('report.title'), margin, sheet.y, HALF, label))
  sheet.decorate(() =>
    sheet.write(t('report.made_by'), PAGE.width / 2, sheet.y, PAGE.width / 2 - margin, {
      ...label,
      color: INK.soft,
      align: 'right',
    })
  )
  sheet.y += 16
  const title = { font: 'semibold', size: 20, maxLines: 2 } as const
  const name = printable(job.model.name, 160) || '–'
  let height = 0
  sheet.tag('H1', () => (height = sheet.write(name, margin, sheet.y, CONTENT_WIDTH, title)))
  sheet.y += height + 3
  sheet.paragraph(printable(workspace.name, 160), { size: 10, color: INK.soft }, 8)
  const summary = t('report.summary', {
    model: name,
    method: methodLabel(job.method, job.type),
    before: formatBytes(job.bytesBefore, i18n.locale),
    after: formatBytes(job.bytesAfter, i18n.locale),
  })
  sheet.paragraph(summary, { size: 11 }, 14)
}

function drawVerdict(sheet: Sheet, { job, i18n, fmt }: JobReport, t: T): void {
  const { margin } = PAGE
  const inner = CONTENT_WIDTH - 28
  const verdict = job.verdict ?? 'look_closer'
  const reduction = sizeReduction(job)
  const smaller = reduction === null ? '' : t('job.smaller', { share: fmt.percent(reduction) })
  const head = [t(`verdict.${verdict}`), smaller].filter(Boolean).join(' · ')
  const large = { font: 'semibold', size: 18, color: INK.primary, maxLines: 1 } as const
  const plain = { size: 10 } as const
  const text = job.error
    ? t('verdict.not_compared', { reason: say(i18n, job.error) })
    : t(`verdict.${verdict}_text`)
  const height = 28 + sheet.heightOf(head, inner, large) + 4 + sheet.heightOf(text, inner, plain)
  sheet.ensure(height)
  sheet.decorate(() => sheet.panel(margin, sheet.y, CONTENT_WIDTH, height, INK.tint))
  const y = sheet.y + 14
  sheet.tag('P', () => sheet.write(head, margin + 14, y, inner, large))
  const below = y + sheet.heightOf(head, inner, large) + 4
  sheet.tag('P', () => sheet.write(text, margin + 14, below, inner, plain))
  sheet.y += height + 14

  const reasons = (job.verdictReasons ?? []).map((reason) => presentReason(reason, i18n))
  if (reasons.length === 0) return
  sheet.heading(t('verdict.measures'))
  drawTable(
    sheet,
    [
      { header: t('verdict.measure'), share: 0.36 },
      { header: t('verdict.value'), share: 0.16, align: 'right' },
      { header: t('verdict.limit_pass'), share: 0.16, align: 'right' },
      { header: t('verdict.limit_fail'), share: 0.16, align: 'right' },
      { header: t('verdict.title'), share: 0.16, align: 'right' },
    ],
    reasons.map(({ measure, value, pass, fail, verdict: one }) => ({
      cells: [measure, value, pass, fail, t(`verdict.${one}`)],
    }))
  )
  sheet.y += 14
}

function drawCharts(sheet: Sheet, { job, i18n }: JobReport): void {
  const charts = jobCharts(job.result, job.evaluation, i18n, 'paper')
  const title = { font: 'semibold', size: 9 } as const
  for (let start = 0; start < charts.length; start += 2) {
    const pair = charts.slice(start, start + 2)
    const heights = pair.map(({ table }) => {
      const { width, height } = barChartSize(table.rows.length, 'paper')
      return (HALF * height) / width
    })
    const tallest = Math.max(...heights)
    sheet.ensure(tallest + 32)
    pair.forEach((chart, index) => {
      const x = PAGE.margin + index * (HALF + GAP)
      sheet.tag('P', () => sheet.write(chart.title, x, sheet.y, HALF, title))
      drawSvg(sheet, {
        svg: chart.svg,
        alt: `${chart.title}. ${chart.description}`,
        at: { x, y: sheet.y + 16, width: HALF, height: heights[index]! },
      })
    })
    sheet.y += tallest + 30
  }
}

function drawSavings(sheet: Sheet, { savings, fmt, workspace, i18n }: JobReport, t: T): void {
  // A model that needs the same machine as before has nothing to show here.
  if (!savings.savedPerMonth) return
  const money = (amount: number | null) =>
    amount === null ? '–' : fmt.micros(amount * 100, workspace.currency)
  sheet.heading(t('savings.title'), 90)
  sheet.paragraph(t('savings.per_month', { amount: money(savings.savedPerMonth) }), {
    font: 'semibold',
    size: 12,
  })
  drawTable(
    sheet,
    [
      { header: t('chart.model'), share: 0.2 },
      { header: t('choices.memory'), share: 0.2, align: 'right' },
      { header: t('savings.machine'), share: 0.24 },
      { header: t('savings.machines'), share: 0.14, align: 'right' },
      { header: t('savings.cost'), share: 0.22, align: 'right' },
    ],
    (['before', 'after'] as const).map((which) => {
      const side = savings[which]
      return {
        cells: [
          t(`chart.${which}`),
          formatBytes(side.memoryBytes, i18n.locale),
          side.instance?.name ?? '–',
          fmt.number(side.machines),
          money(side.costPerMonth),
        ],
      }
    })
  )
  sheet.y += 14
}

function drawFits(sheet: Sheet, { job, i18n }: JobReport, t: T): void {
  const fits = job.model.inspection?.fits ?? []
  if (fits.length === 0) return
  sheet.heading(t('report.hardware'), 80)
  drawTable(
    sheet,
    [
      { header: t('fits.hardware'), share: 0.5 },
      { header: t('choices.memory'), share: 0.2, align: 'right' },
      { header: t('fits.best'), share: 0.3, align: 'right' },
    ],
    fits.map(({ hardware, memoryBytes, method }) => ({
      cells: [
        i18n.t(`quantization.hardware.${hardware}`, {}, hardware),
        formatBytes(memoryBytes, i18n.locale),
        method ? methodLabel(method.method, method.type) : t('fits.none'),
      ],
    }))
  )
  sheet.y += 14
}

function drawNotes(sheet: Sheet, { job, i18n }: JobReport, t: T): void {
  const notes = [...job.result.notes, ...(job.evaluation?.notes ?? [])].slice(0, 12)
  if (notes.length === 0) return
  sheet.heading(t('job.notes'))
  for (const note of notes) sheet.paragraph(`• ${printable(say(i18n, note), 600)}`, {}, 3)
  sheet.y += 10
}

function drawFiles(sheet: Sheet, { files, job, i18n }: JobReport, t: T): void {
  sheet.heading(t('report.manifest'), 80)
  drawTable(
    sheet,
    [
      { header: t('report.file'), share: 0.34 },
      { header: t('model.size'), share: 0.14, align: 'right' },
      { header: 'SHA-256', share: 0.52 },
    ],
    files.slice(0, 40).map(({ name, bytes, sha256 }) => ({
      cells: [printable(name, 200), formatBytes(bytes, i18n.locale), sha256],
    }))
  )
  sheet.y += 8
  const took = formatDuration(job.result.seconds, i18n.locale)
  const versions = Object.entries(job.result.versions).map((pair) => pair.join(' '))
  const facts = [`${t('job.took')}: ${took}`, ...versions].join(' · ')
  sheet.paragraph(`${t('report.manifest_text')} ${facts}`, { size: 8, color: INK.soft })
}
