import type { EChartsCoreOption } from 'echarts/core'
import { dateFormat } from '#shared/i18n/intl_formats'
import { CHART_COLORS, withThemeColors } from '#shared/charts/palette'
import { drawChart, type ChartSize } from '#shared/charts/draw'
import { drawnOnce } from '#shared/charts/drawing_cache'
import type { WeeklyReport } from '#app/reports/weekly/weekly_report'
import { reportFormat, type ReportFormat } from '#app/reports/weekly/format'
import type { Translate } from '#app/reports/weekly/texts'

/** One drawing with the same numbers as a table. */
export interface Chart {
  id: 'activity' | 'money' | 'days' | 'funnel'
  title: string
  description: string
  svg: string
  table: { headers: string[]; rows: string[][] }
}

interface Plan extends Omit<Chart, 'svg' | 'description'> {
  option(fontSize: number): EChartsCoreOption
}

/** Sizes at which the letters come out readable on each surface. */
const SURFACES = {
  page: { size: { width: 420, height: 220 }, fontSize: 12 },
  paper: { size: { width: 320, height: 178 }, fontSize: 9.5 },
} as const

/** Draws the four charts of a weekly report, for the page or for paper. */
export function weeklyCharts(
  report: WeeklyReport,
  t: Translate,
  surface: keyof typeof SURFACES
): Chart[] {
  const format = reportFormat(report.locale, report.workspace.currency)
  const { size, fontSize } = SURFACES[surface]
  return [
    activity(report, t, format),
    money(report, t, format),
    days(report, t, format),
    funnel(report, t, format),
  ].map((plan) => draw(plan, size, fontSize, surface))
}

function draw(plan: Plan, size: ChartSize, fontSize: number, surface: string): Chart {
  const { option, ...rest } = plan
  const description = rest.table.rows.map((row) => row.join(' ')).join('; ')
  const names = { id: `chart-${plan.id}`, title: plan.title, description }
  const svg = drawnOnce(JSON.stringify([surface, rest]), () => {
    const drawing = drawChart(option(fontSize), size, names)
    return surface === 'page' ? withThemeColors(drawing) : drawing
  })
  return { ...rest, description, svg }
}

function activity(report: WeeklyReport, t: Translate, format: ReportFormat): Plan {
  const names = [t('conversations'), t('leads')] as const
  return {
    id: 'activity',
    title: t('chart.activity'),
    table: {
      headers: [t('week'), ...names],
      rows: report.history.map((one) => [
        one.week,
        format.count(one.conversations),
        format.count(one.leads),
      ]),
    },
    option: (fontSize) => ({
      ...columns(weekLabels(report, t, format), fontSize, (value) => format.count(value)),
      series: [
        bars(
          names[0],
          CHART_COLORS.primary,
          report.history.map((one) => one.conversations)
        ),
        bars(
          names[1],
          CHART_COLORS.accent,
          report.history.map((one) => one.leads)
        ),
      ],
    }),
  }
}

function money(report: WeeklyReport, t: Translate, format: ReportFormat): Plan {
  const names = [t('attributed_revenue'), t('cost_of_the_box')] as const
  return {
    id: 'money',
    title: t('chart.money'),
    table: {
      headers: [t('week'), ...names],
      rows: report.history.map((one) => [
        one.week,
        format.cents(one.attributedCents),
        format.micros(one.costMicros),
      ]),
    },
    option: (fontSize) => ({
      ...columns(weekLabels(report, t, format), fontSize, (value) => format.compactMoney(value)),
      series: [
        bars(
          names[0],
          CHART_COLORS.primary,
          report.history.map((one) => one.attributedCents / 100)
        ),
        bars(
          names[1],
          CHART_COLORS.muted,
          report.history.map((one) => one.costMicros / 1e6)
        ),
      ],
    }),
  }
}

function days(report: WeeklyReport, t: Translate, format: ReportFormat): Plan {
  const labels = weekdayNames(format.locale)
  const counts = labels.map((_, day) => report.details.conversationsByDay[day] ?? 0)
  return {
    id: 'days',
    title: t('chart.days'),
    table: {
      headers: [t('day'), t('conversations')],
      rows: labels.map((label, day) => [label, format.count(counts[day] ?? 0)]),
    },
    option: (fontSize) => ({
      ...columns(labels, fontSize, (value) => format.count(value)),
      legend: undefined,
      grid: { ...GRID, top: fontSize },
      series: [bars(t('conversations'), CHART_COLORS.primary, counts)],
    }),
  }
}

function funnel(report: WeeklyReport, t: Translate, format: ReportFormat): Plan {
  const steps = (['visits', 'conversations', 'leads', 'dealsCreated', 'dealsWon'] as const)
    .map((name) => ({ label: t(`step.${name}`), value: report.figures[name].value }))
    .filter((step) => step.value !== null)
  const widest = Math.max(...steps.map((step) => format.count(step.value ?? 0).length))
  return {
    id: 'funnel',
    title: t('chart.funnel'),
    table: {
      headers: [t('step'), t('number')],
      rows: steps.map((step) => [step.label, format.count(step.value ?? 0)]),
    },
    option: (fontSize) => ({
      grid: { ...GRID, right: fontSize * (1 + 0.62 * widest), top: 6 },
      xAxis: { type: 'value', show: false, min: 0, max: atLeastOne },
      yAxis: {
        type: 'category',
        inverse: true,
        data: steps.map((step) => step.label),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { color: CHART_COLORS.text, fontSize },
      },
      series: [
        {
          ...bars(
            t('number'),
            CHART_COLORS.primary,
            steps.map((step) => step.value ?? 0)
          ),
          barMaxWidth: fontSize * 2,
          label: {
            show: true,
            position: 'right',
            color: CHART_COLORS.text,
            fontSize,
            formatter: ({ value }: { value: number }) => format.count(value),
          },
        },
      ],
    }),
  }
}

/** Leaves room for the labels of the axes inside the drawing. */
const GRID = {
  left: 4,
  right: 6,
  bottom: 4,
  outerBoundsMode: 'same',
  outerBoundsContain: 'axisLabel',
} as const

/** An axis of nothing but zeros still needs a length. */
const atLeastOne = ({ max }: { max: number }) => Math.max(1, max)

function columns(labels: string[], fontSize: number, value: (amount: number) => string) {
  const text = { color: CHART_COLORS.text, fontSize }
  return {
    grid: { ...GRID, top: fontSize * 2.6 },
    legend: {
      left: 0,
      top: 0,
      itemWidth: fontSize,
      itemHeight: fontSize * 0.75,
      itemGap: fontSize * 1.2,
      icon: 'rect',
      borderColor: CHART_COLORS.grid,
      textStyle: text,
    },
    xAxis: {
      type: 'category',
      data: labels,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: CHART_COLORS.muted } },
      axisLabel: { ...text, interval: 0 },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      splitNumber: 3,
      max: (range: { max: number }) => (range.max <= 0 ? 1 : null),
      axisLabel: { ...text, formatter: value },
      splitLine: { lineStyle: { color: CHART_COLORS.grid } },
    },
  }
}

function bars(name: string, color: string, data: number[]) {
  return { name, type: 'bar' as const, data, color, barGap: '12%', barCategoryGap: '34%' }
}

function weekLabels(report: WeeklyReport, t: Translate, format: ReportFormat): string[] {
  return report.history.map((one) => t('week_short', { number: format.weekNumber(one.week) }))
}

/** Monday first. 2024-01-01 was a Monday. */
function weekdayNames(locale: string): string[] {
  const name = dateFormat(locale, { weekday: 'short', timeZone: 'UTC' })
  return Array.from({ length: 7 }, (_, day) => name.format(new Date(Date.UTC(2024, 0, 1 + day))))
}
