import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent } from 'echarts/components'
import { init, use, type EChartsCoreOption } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { escapeXml } from '#shared/charts/escape_xml'

use([BarChart, LineChart, GridComponent, LegendComponent, SVGRenderer])

export interface ChartSize {
  width: number
  height: number
}

/** Names what a drawing shows, for people who do not see it. */
export interface ChartNames {
  /** Unique on the page. */
  id: string
  title: string
  description: string
}

/** Draws a chart as SVG on the server: no browser, no canvas. */
export function drawChart(option: EChartsCoreOption, size: ChartSize, names: ChartNames): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size })
  try {
    chart.setOption({ animation: false, ...option })
    return tidy(chart.renderToSVGString({ useViewBox: true }), names)
  } finally {
    chart.dispose()
  }
}

/**
 * Keeps the drawing and drops what serves mouse and script only; names it; makes the ids of
 * clip paths unique, since several drawings share one page. Text attributes come as a style
 * that neither a strict style policy nor the PDF's reader needs: they become attributes.
 */
function tidy(svg: string, { id, title, description }: ChartNames): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ (class|pointer-events|ecmeta_[a-z_]+)="[^"]*"/g, '')
    .replace(/ style="([^"]*)"/g, (_, style: string) => attributesOf(style))
    .replace(/zr\d+-c/g, `${id}-c`)
    .replace(/<rect [^>]*fill="none"><\/rect>\n?/, '')
    .replace(
      /^<svg width="\d+" height="\d+"/,
      `<svg role="img" aria-labelledby="${id}-title ${id}-desc"`
    )
    .replace(
      />/,
      `><title id="${id}-title">${escapeXml(title)}</title>` +
        `<desc id="${id}-desc">${escapeXml(description)}</desc>`
    )
    .replace(/\n+/g, '\n')
    .trim()
}

function attributesOf(style: string): string {
  return (
    style
      .split(';')
      .map((rule) => rule.split(':'))
      // The surface chooses the letters: the page by its theme, the PDF by its embedded font.
      .filter(([name, value]) => name && value && name !== 'font-family')
      .map(([name, value]) => ` ${name}="${value}"`)
      .join('')
  )
}
