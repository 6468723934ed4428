import type { PdfContext } from '#app/reports/pdf/context'
import { drawSvg } from '#shared/pdf/draw_svg'
import { CONTENT_WIDTH, PAGE } from '#shared/pdf/theme'
import { weeklyCharts } from '#app/reports/charts/weekly_charts'

const GAP = 18
const WIDTH = (CONTENT_WIDTH - GAP) / 2
/** The drawings are 320 by 178. */
const HEIGHT = (WIDTH * 178) / 320

/** The four charts, two beside each other, drawn as vectors. */
export function drawCharts({ sheet, report, t }: PdfContext): void {
  const charts = weeklyCharts(report, t, 'paper')
  for (let start = 0; start < charts.length; start += 2) {
    const pair = charts.slice(start, start + 2)
    const title = { font: 'semibold', size: 9 } as const
    const titles = Math.max(...pair.map((one) => sheet.heightOf(one.title, WIDTH, title)))
    sheet.ensure(titles + HEIGHT + 14)
    pair.forEach((chart, index) => {
      const x = PAGE.margin + index * (WIDTH + GAP)
      sheet.tag('P', () => sheet.write(chart.title, x, sheet.y, WIDTH, title))
      drawSvg(sheet, {
        svg: chart.svg,
        alt: `${chart.title}. ${chart.description}`,
        at: { x, y: sheet.y + titles + 4, width: WIDTH, height: HEIGHT },
      })
    })
    sheet.y += titles + HEIGHT + 16
  }
}
