import { test } from '@japa/runner'
import { reportFormat } from '#app/reports/weekly/format'
import { reportTexts } from '#app/reports/weekly/texts'
import { reportWording } from '#app/reports/weekly/wording'
import { weeklyCharts } from '#app/reports/charts/weekly_charts'
import { emptyReport, hugeReport, report } from '#tests/unit/reports/fixtures'
import { weekBounds } from '#app/reports/weeks/week'

/** Narrow no-break space, which French puts between thousands. */
const NNBSP = '\u202f'
const NBSP = '\u00a0'

test.group('Reports: the weekly report', () => {
  test('is a plain value', ({ assert }) => {
    const made = report()
    assert.deepEqual(JSON.parse(JSON.stringify(made)), made)
  })

  test('compares with the week before and shows nine weeks', ({ assert }) => {
    const made = report()
    assert.equal(made.history.length, 9)
    assert.equal(made.history.at(-1)!.week, '2026-W47')
    assert.deepInclude(made.figures.conversations, { value: 184, previous: 166 })
    assert.isTrue(made.week.isClosed)
  })

  test('does not hold a running week against a whole one', ({ assert }) => {
    const { from } = weekBounds('2026-W47', 'Europe/Paris')
    const made = report({ now: new Date(Date.parse(from) + 86_400_000) })
    assert.isFalse(made.week.isClosed)
    assert.isNull(made.figures.conversations.change)
  })

  test('spells the formula out with its numbers, as each language writes them', ({ assert }) => {
    const french = report()
    const format = reportFormat('fr', 'EUR')
    const words = reportWording(french, reportTexts('fr'), format)
    assert.equal(
      words.roiNumbers(),
      `(4${NNBSP}278,12${NBSP}€ − 31,61${NBSP}€) ÷ 31,61${NBSP}€ = 134,36 = +13${NNBSP}436${NBSP}%`
    )
    const english = report({ locale: 'en', settings: { usdRate: 0.9, grossMarginPercent: 35 } })
    const said = reportWording(english, reportTexts('en'), reportFormat('en', 'EUR'))
    assert.equal(said.roiNumbers(), '(€4,278.12 × 35% − €31.61) ÷ €31.61 = 46.38 = +4,638%')
  })

  test('an empty week is told without division by zero', ({ assert }) => {
    for (const locale of ['fr', 'en']) {
      const made = emptyReport({ locale })
      const words = reportWording(made, reportTexts(locale), reportFormat(locale, 'EUR'))
      const said = [words.roi, words.headline(), words.headlineNote(), words.roiNumbers()].join(' ')
      assert.notMatch(said, /NaN|Infinity|undefined|null|\{/)
    }
  })

  test('every text exists in both languages', ({ assert }) => {
    for (const locale of ['fr', 'en']) {
      const t = reportTexts(locale)
      const made = hugeReport({ locale })
      const words = reportWording(made, t, reportFormat(locale, 'EUR'))
      for (const one of made.suggestions) {
        const { title, text } = words.suggestion(one)
        assert.notMatch(`${title} ${text}`, /translation missing|\{/)
      }
    }
  })

  test('charts carry title, description and a table, and no script or style', ({ assert }) => {
    for (const made of [report(), emptyReport(), hugeReport()]) {
      for (const chart of weeklyCharts(made, reportTexts('fr'), 'page')) {
        assert.match(chart.svg, /^<svg role="img"[^>]*viewBox/)
        assert.match(chart.svg, /<title [^>]*>[^<]+<\/title><desc/)
        assert.notMatch(chart.svg, /<style|<script|style=|NaN|#[0-9a-f]{6}/)
        assert.isAbove(chart.table.rows.length, 0)
      }
    }
  })
})
