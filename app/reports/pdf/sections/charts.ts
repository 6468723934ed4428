import SVGtoPDF from 'svg-to-pdfkit'
import type { PdfContext } from '#app/reports/pdf/context'
import { CONTENT_WIDTH, INK, PAGE } from '#app/reports/pdf/theme'
import { weeklyCharts, type Chart } from '#app/reports/charts/weekly_charts'

const GAP = 18
const WIDTH = (CONTENT_WIDTH - GAP) / 2
/** The drawings are 320 by 178. */
const HEIGHT = (WIDTH * 178) / 320

/** The four charts, two beside each other, drawn as vectors. */
export function drawCharts(context: PdfContext): void {
  const { sheet, report, t } = context
  const charts = weeklyCharts(report, t, 'paper')
  for (let start = 0; start < charts.length; start += 2) {
    const pair = charts.slice(start, start + 2)
    const title = { font: 'semibold', size: 9 } as const
    const titles = Math.max(...pair.map((one) => sheet.heightOf(one.title, WIDTH, title)))
    sheet.ensure(titles + HEIGHT + 14)
    pair.forEach((chart, index) => {
      const x = PAGE.margin + index * (WIDTH + GAP)
      sheet.tag('P', () => sheet.write(chart.title, x, sheet.y, WIDTH, title))
      drawChart(context, chart, x, sheet.y + titles + 4)
    })
    sheet.y += titles + HEIGHT + 16
  }
}

function drawChart({ sheet }: PdfContext, chart: Chart, x: number, y: number): void {
  const draw = () =>
    SVGtoPDF(sheet.doc, chart.svg, x, y, {
      width: WIDTH,
      height: HEIGHT,
      preserveAspectRatio: 'xMinYMin meet',
      assumePt: true,
      // Every text of a drawing is set in the report's own font.
      fontCallback: () => 'regular',
    })
  sheet.tag('Figure', draw, { alt: `${chart.title}. ${chart.description}` })
  sheet.doc.fillColor(INK.text).strokeColor(INK.text)
}
