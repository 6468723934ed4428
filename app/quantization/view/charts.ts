import { CHART_COLORS, withThemeColors } from '#shared/charts/palette'
import { drawChart } from '#shared/charts/draw'
import { drawnOnce } from '#shared/charts/drawing_cache'

export interface Bar {
  label: string
  value: number
  /** The value in words, at the end of the bar. */
  text: string
  /** Drawn in the accent colour: the recommended one, the one after. */
  marked?: boolean
}

export interface BarChart {
  id: string
  title: string
  svg: string
  description: string
  table: { headers: string[]; rows: string[][] }
}

export interface BarChartInput {
  id: string
  title: string
  /** Headings of the same figures as a table: what, how much. */
  headers: [string, string]
  bars: Bar[]
}

const SURFACES = {
  page: { width: 460, rowHeight: 26, fontSize: 12 },
  paper: { width: 340, rowHeight: 19, fontSize: 9.5 },
} as const

/** Height of a drawing in units of its own width, for paper. */
export function barChartSize(count: number, surface: keyof typeof SURFACES) {
  const { width, rowHeight } = SURFACES[surface]
  return { width, height: rowHeight * Math.max(2, count) + 12 }
}

/** Lying bars, one per row, with their figures at the end. */
export function barChart(input: BarChartInput, surface: keyof typeof SURFACES = 'page'): BarChart {
  const { id, title, bars } = input
  const { fontSize } = SURFACES[surface]
  const description = bars.map(({ label, text }) => `${label}: ${text}`).join('; ')
  const svg = drawnOnce(JSON.stringify([surface, input]), () => {
    const drawing = drawChart(optionOf(bars, fontSize), barChartSize(bars.length, surface), {
      id: `chart-${id}`,
      title,
      description,
    })
    return surface === 'page' ? withThemeColors(drawing) : drawing
  })
  const rows = bars.map(({ label, text }) => [label, text])
  return { id, title, svg, description, table: { headers: input.headers, rows } }
}

function optionOf(bars: Bar[], fontSize: number) {
  const longest = Math.max(1, ...bars.map(({ text }) => text.length))
  return {
    grid: {
      left: 4,
      right: fontSize * (1 + 0.6 * longest),
      top: 4,
      bottom: 4,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: { type: 'value', show: false, min: 0, max: 'dataMax' },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map(({ label }) => label),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: CHART_COLORS.text, fontSize },
    },
    series: [
      {
        type: 'bar',
        barMaxWidth: fontSize * 1.4,
        data: bars.map(({ value, marked }) => ({
          value,
          itemStyle: { color: marked ? CHART_COLORS.primary : CHART_COLORS.muted },
        })),
        label: {
          show: true,
          position: 'right',
          color: CHART_COLORS.text,
          fontSize,
          formatter: ({ dataIndex }: { dataIndex: number }) => bars[dataIndex]?.text ?? '',
        },
      },
    ],
  }
}
