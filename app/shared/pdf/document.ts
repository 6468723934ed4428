import PDFDocument from 'pdfkit'
import { reportFonts } from '#shared/pdf/fonts'
import { printable } from '#shared/pdf/printable'
import type { Sheet } from '#shared/pdf/sheet'
import { CONTENT_WIDTH, INK, PAGE } from '#shared/pdf/theme'

export type PdfDocument = InstanceType<typeof PDFDocument>

export interface PdfDescription {
  title: string
  /** Name of the workspace. */
  author: string
  locale: string
  createdAt: Date
}

/** An empty A4 document: tagged for screen readers, with the fonts of the reports embedded. */
export function openPdf({ title, author, locale, createdAt }: PdfDescription): PdfDocument {
  const fonts = reportFonts()
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: 0, bottom: 0, left: PAGE.margin, right: PAGE.margin },
    bufferPages: true,
    tagged: true,
    pdfVersion: '1.7',
    lang: locale,
    displayTitle: true,
    // No font of pdfkit's own: an unnamed one would be compared anew at every change of font.
    font: null as never,
    info: {
      Title: `${printable(author, 120)}, ${title}`,
      Author: printable(author, 120),
      Creator: 'Comptoir',
      Producer: 'Comptoir',
      CreationDate: createdAt,
    },
  })
  doc.registerFont('regular', fonts.regular as never)
  doc.registerFont('semibold', fonts.semibold as never)
  return doc
}

export interface FooterTexts {
  /** At the left of every page. */
  written: string
  page(page: number, pages: number): string
}

/** Writes the foot of every page; page numbers can only be told once the last page is known. */
export function drawFooters(sheet: Sheet, texts: FooterTexts): void {
  const { doc } = sheet
  const { start, count } = doc.bufferedPageRange()
  const style = { size: 7.5, color: INK.soft, maxLines: 1 } as const
  const y = PAGE.height - 36
  for (let page = start; page < start + count; page++) {
    doc.switchToPage(page)
    sheet.decorate(() => {
      sheet.line(y - 6)
      sheet.write(texts.written, PAGE.margin, y, CONTENT_WIDTH - 90, style)
      sheet.write(texts.page(page + 1, count), PAGE.width - PAGE.margin - 90, y, 90, {
        ...style,
        align: 'right',
      })
    })
  }
}

/** The bytes of a document, once `end()` was called on it. */
export function collectPdf(doc: PdfDocument): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    doc.on('data', (chunk: Buffer) => chunks.push(chunk))
    doc.on('end', () => resolve(Buffer.concat(chunks)))
    doc.on('error', reject)
  })
}
