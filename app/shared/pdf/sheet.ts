import type PDFDocument from 'pdfkit'
import type { FontName } from '#shared/pdf/fonts'
import { CONTENT_WIDTH, INK, PAGE } from '#shared/pdf/theme'

export interface TextStyle {
  font?: FontName
  size?: number
  color?: string
  align?: 'left' | 'right' | 'center'
  /** Cuts with an ellipsis after so many lines. */
  maxLines?: number
  /** Digits of equal width, for columns of numbers. */
  tabular?: boolean
  link?: string
}

interface Element {
  add(child: unknown): Element
  end(): Element
}

const LINE_GAP = 1.5

/**
 * A4 paper with a cursor that moves down and breaks pages. Everything drawn belongs to a
 * structure element (heading, paragraph, table cell, figure) or is marked as decoration, so
 * that screen readers find the reading order.
 */
export class Sheet {
  y: number = PAGE.margin
  readonly #stack: Element[] = []

  /** Called on each further page, before anything is drawn there. */
  onPage: () => void = () => {}

  constructor(readonly doc: InstanceType<typeof PDFDocument>) {
    const root = doc.struct('Document') as unknown as Element
    doc.addStructure(root as never)
    this.#stack.push(root)
  }

  /** Draws inside a structure element of `type`, e.g. `H2`, `P`, `Figure`. */
  tag(type: string, draw: () => void, options: Record<string, unknown> = {}): void {
    const { doc } = this
    const content = doc.markStructureContent(type)
    draw()
    doc.endMarkedContent()
    const element = doc.struct(type as never, options as never, [content] as never)
    this.#parent().add(element)
  }

  /** Groups what `draw` tags, e.g. the cells of a row. */
  group(type: string, draw: () => void): void {
    const element = this.doc.struct(type as never) as unknown as Element
    this.#parent().add(element)
    this.#stack.push(element)
    draw()
    this.#stack.pop()
    element.end()
  }

  /** Draws lines, backgrounds and repeated headers, which are not read aloud. */
  decorate(draw: () => void): void {
    this.doc.markContent('Artifact', { type: 'Layout' } as never)
    draw()
    this.doc.endMarkedContent()
  }

  /** Starts a new page unless `height` more points fit on this one. */
  ensure(height: number): void {
    if (this.y + height <= PAGE.height - PAGE.bottom) return
    this.doc.addPage()
    this.y = PAGE.top
    this.decorate(() => this.onPage())
  }

  /** Height that a text takes when drawn with the same style. */
  heightOf(text: string, width: number, style: TextStyle = {}): number {
    this.#use(style)
    const full = this.doc.heightOfString(text, this.#options(width, style))
    return style.maxLines ? Math.min(full, this.#lines(style.maxLines)) : full
  }

  widthOf(text: string, style: TextStyle = {}): number {
    this.#use(style)
    return this.doc.widthOfString(text)
  }

  /** Writes a text at a place, without moving the cursor. Returns its height. */
  write(text: string, x: number, y: number, width: number, style: TextStyle = {}): number {
    const height = this.heightOf(text, width, style)
    this.doc.fillColor(style.color ?? INK.text)
    this.doc.text(text, x, y, {
      ...this.#options(width, style),
      ...(style.maxLines ? { height, ellipsis: true } : {}),
      ...(style.link ? { link: style.link } : {}),
    })
    return height
  }

  /** Writes a paragraph at the cursor and moves on. */
  paragraph(text: string, style: TextStyle = {}, after = 6): void {
    const height = this.heightOf(text, CONTENT_WIDTH, style)
    this.ensure(height)
    this.tag('P', () => this.write(text, PAGE.margin, this.y, CONTENT_WIDTH, style))
    this.y += height + after
  }

  /** Heading of a section; stays with at least `keep` points of what follows. */
  heading(text: string, keep = 60): void {
    const style = { font: 'semibold', size: 12.5, color: INK.primary } as const
    const height = this.heightOf(text, CONTENT_WIDTH, style)
    this.ensure(height + keep)
    this.tag('H2', () => this.write(text, PAGE.margin, this.y, CONTENT_WIDTH, style))
    this.y += height + 6
  }

  line(y: number, color: string = INK.line): void {
    this.doc
      .moveTo(PAGE.margin, y)
      .lineTo(PAGE.width - PAGE.margin, y)
      .lineWidth(0.6)
      .strokeColor(color)
      .stroke()
  }

  panel(x: number, y: number, width: number, height: number, fill: string): void {
    this.doc.roundedRect(x, y, width, height, 5).fill(fill)
  }

  #parent(): Element {
    const parent = this.#stack.at(-1)
    if (!parent) throw new Error('The structure of the document is closed')
    return parent
  }

  #use(style: TextStyle): void {
    this.doc.font(style.font ?? 'regular').fontSize(style.size ?? 9)
  }

  #lines(count: number): number {
    return count * (this.doc.currentLineHeight(true) + LINE_GAP)
  }

  #options(width: number, style: TextStyle) {
    return {
      width,
      align: style.align ?? 'left',
      lineGap: LINE_GAP,
      ...(style.tabular ? { features: ['tnum', 'kern'] as never } : {}),
    }
  }
}
