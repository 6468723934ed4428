import type { PdfContext } from '#app/reports/pdf/context'
import { CONTENT_WIDTH, INK, PAGE } from '#shared/pdf/theme'
import type { ReportWording } from '#app/reports/weekly/wording'

const PAD = 14
/** Sizes tried for the three large figures, until the widest fits its column. */
const VALUE_SIZES = [22, 18, 15, 12, 9]

/** The answer first: what came in, what it cost, what that means and how sure it is. */
export function drawHeadline({ sheet, t }: PdfContext, words: ReportWording): void {
  const { margin } = PAGE
  const column = (CONTENT_WIDTH - 2 * PAD) / 3
  const inner = CONTENT_WIDTH - 2 * PAD
  const figures = [
    { label: t('attributed_revenue'), value: words.revenue },
    { label: t('cost_of_the_box'), value: words.cost },
    { label: t('return'), value: words.roi },
  ]
  const size = VALUE_SIZES.find((one) => figures.every((figure) => fits(figure.value, one))) ?? 9
  const note = words.headlineNote()
  const sentence = { font: 'semibold', size: 10 } as const
  const small = { size: 8.5, color: INK.soft } as const

  const valueHeight = sheet.heightOf('0', column, { font: 'semibold', size })
  const sentenceHeight = sheet.heightOf(words.headline(), inner, sentence)
  const noteHeight = sheet.heightOf(note, inner, small)
  const height = PAD + 13 + valueHeight + 8 + sentenceHeight + 3 + noteHeight + PAD - 2

  sheet.ensure(height)
  sheet.decorate(() => sheet.panel(margin, sheet.y, CONTENT_WIDTH, height, INK.tint))
  let y = sheet.y + PAD
  figures.forEach((figure, index) => {
    const x = margin + PAD + index * column
    const value = { font: 'semibold', size, color: INK.primary, maxLines: 1 } as const
    sheet.tag('P', () => {
      sheet.write(figure.label, x, y, column - 8, { size: 8.5, color: INK.soft, maxLines: 1 })
    })
    sheet.tag('P', () => sheet.write(figure.value, x, y + 13, column - 8, value))
  })
  y += 13 + valueHeight + 8
  sheet.tag('P', () => sheet.write(words.headline(), margin + PAD, y, inner, sentence))
  y += sentenceHeight + 3
  sheet.tag('P', () => sheet.write(note, margin + PAD, y, inner, small))
  sheet.y += height + 16

  function fits(value: string, fontSize: number): boolean {
    return sheet.widthOf(value, { font: 'semibold', size: fontSize }) <= column - 8
  }
}
