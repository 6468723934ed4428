import SVGtoPDF from 'svg-to-pdfkit'
import type { Sheet } from '#shared/pdf/sheet'
import { INK } from '#shared/pdf/theme'

export interface SvgFigure {
  svg: string
  /** Read aloud instead of the drawing. */
  alt: string
  at: { x: number; y: number; width: number; height: number }
}

/** Draws a chart as vectors, with its texts set in the document's own font. */
export function drawSvg(sheet: Sheet, { svg, alt, at }: SvgFigure): void {
  const { doc } = sheet
  const draw = () =>
    SVGtoPDF(doc, svg, at.x, at.y, {
      width: at.width,
      height: at.height,
      preserveAspectRatio: 'xMinYMin meet',
      assumePt: true,
      fontCallback: () => 'regular',
    })
  sheet.tag('Figure', draw, { alt })
  doc.fillColor(INK.text).strokeColor(INK.text)
}
