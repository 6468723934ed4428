declare module 'svg-to-pdfkit' {
  interface SvgOptions {
    width?: number
    height?: number
    preserveAspectRatio?: string
    /** Reads lengths without a unit as points. */
    assumePt?: boolean
    /** Name of the registered font to use for a text. */
    fontCallback?: (family: string, bold: boolean, italic: boolean) => string
  }

  /** Draws an SVG as vectors on a pdfkit document. */
  export default function SVGtoPDF(
    doc: PDFKit.PDFDocument,
    svg: string,
    x: number,
    y: number,
    options?: SvgOptions
  ): void
}
