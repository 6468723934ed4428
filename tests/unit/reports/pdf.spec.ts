import { test } from '@japa/runner'
import { renderWeeklyPdf } from '#app/reports/pdf/render_weekly_pdf'
import { printable } from '#shared/pdf/printable'
import { Sheet } from '#shared/pdf/sheet'
import { PAGE } from '#shared/pdf/theme'
import type { WeeklyReport } from '#app/reports/weekly/weekly_report'
import { emptyReport, hugeReport, report } from '#tests/unit/reports/fixtures'

interface Box {
  page: number
  text: string
  left: number
  top: number
  right: number
  bottom: number
}

/** Half a point: rounding, not an overlap that anybody sees. */
const TOLERANCE = 0.5

/** Renders a report and notes where each text was written. */
async function boxesOf(value: WeeklyReport): Promise<{ pdf: Buffer; boxes: Box[] }> {
  const boxes: Box[] = []
  const original = Sheet.prototype.write
  Sheet.prototype.write = function (text, x, y, width, style) {
    const height = original.call(this, text, x, y, width, style)
    const drawn = Math.min(width, this.widthOf(text, style ?? {}))
    const left = style?.align === 'right' ? x + width - drawn : x
    const pages = this.doc.bufferedPageRange()
    const buffer = (this.doc as unknown as { _pageBuffer: unknown[] })._pageBuffer
    const page = pages.start + buffer.indexOf(this.doc.page)
    boxes.push({ page, text, left, top: y, right: left + drawn, bottom: y + height })
    return height
  }
  try {
    return { pdf: await renderWeeklyPdf(value), boxes }
  } finally {
    Sheet.prototype.write = original
  }
}

function overlaps(a: Box, b: Box): boolean {
  return (
    a.page === b.page &&
    a.left < b.right - TOLERANCE &&
    b.left < a.right - TOLERANCE &&
    a.top < b.bottom - TOLERANCE &&
    b.top < a.bottom - TOLERANCE
  )
}

test.group('Reports: PDF', () => {
  const cases = { usual: report, english: () => report({ locale: 'en' }), emptyReport, hugeReport }

  for (const [name, make] of Object.entries(cases)) {
    test(`no text leaves the page or covers another: ${name}`, async ({ assert }) => {
      const { boxes } = await boxesOf(make())
      assert.isAbove(boxes.length, 30)
      for (const box of boxes) {
        assert.isAtLeast(box.left, PAGE.margin - TOLERANCE, box.text)
        assert.isAtMost(box.right, PAGE.width - PAGE.margin + TOLERANCE, box.text)
        assert.isAtMost(box.bottom, PAGE.height - 20, box.text)
      }
      boxes.forEach((box, index) => {
        const other = boxes.slice(index + 1).find((one) => overlaps(box, one))
        assert.isUndefined(other, `"${box.text}" and "${other?.text}" on page ${box.page}`)
      })
    }).timeout(30_000)
  }

  test('is a tagged document in its language, with numbered pages', async ({ assert }) => {
    const { pdf, boxes } = await boxesOf(report())
    const source = pdf.toString('latin1')
    assert.match(source, /^%PDF-1\.7/)
    for (const mark of ['/StructTreeRoot', '/MarkInfo', '/Lang (fr)', '/DisplayDocTitle true']) {
      assert.include(source, mark)
    }
    const pages = source.match(/\/Type \/Page\b/g)!.length
    assert.isAtLeast(pages, 2)
    assert.isAtMost(pages, 4)
    for (let page = 1; page <= pages; page++) {
      assert.isDefined(boxes.find((box) => box.text === `Page ${page} sur ${pages}`))
    }
    assert.match(source, /\/FontFile2/)
  })

  test('an empty week fits on two pages, a large one lists its deals on many', async ({
    assert,
  }) => {
    const pagesOf = async (value: WeeklyReport) => {
      const pdf = await renderWeeklyPdf(value)
      return pdf.toString('latin1').match(/\/Type \/Page\b/g)!.length
    }
    assert.equal(await pagesOf(emptyReport()), 2)
    assert.isAtLeast(await pagesOf(hugeReport()), 8)
  }).timeout(30_000)

  test('the same report gives the same bytes', async ({ assert }) => {
    const [first, second] = await Promise.all([
      renderWeeklyPdf(report()),
      renderWeeklyPdf(report()),
    ])
    assert.isTrue(first.equals(second))
  })
})

test.group('Reports: printable text', () => {
  test('keeps letters and typography, drops what has no shape', ({ assert }) => {
    assert.equal(
      printable('Œuvre «\u00a0à Łódź\u00a0» 12\u202f€'),
      'Œuvre «\u00a0à Łódź\u00a0» 12\u202f€'
    )
    assert.equal(printable('Tent 🏕️\n\tfor\u0000 3 👨‍👩‍👧'), 'Tent for 3')
    assert.equal(printable('a\u202eb\u200bc'), 'abc')
    assert.equal(printable('x'.repeat(500), 10), 'xxxxxxxxx…')
    assert.equal(printable('#1 *new* © 2026'), '#1 *new* © 2026')
  })
})
