import { test } from '@japa/runner'
import { attribute } from '#app/reports/measures/attribution'
import { changeBetween } from '#app/reports/measures/change'
import { MIN_CASES_FOR_RATE, rate } from '#app/reports/measures/rate'
import { MIN_DEALS_FOR_INTERVAL, revenueInterval } from '#app/reports/measures/revenue_interval'
import { roi, weekCost } from '#app/reports/measures/roi'
import { wonDeal } from '#tests/unit/reports/fixtures'

test.group('Reports: rates', () => {
  test('gives the Wilson interval', ({ assert }) => {
    // R: binom::binom.confint(x, n, methods = "wilson")
    const known = [
      { count: 8, of: 10, low: 0.490162, high: 0.943318 },
      { count: 0, of: 10, low: 0, high: 0.277533 },
      { count: 10, of: 10, low: 0.722467, high: 1 },
      { count: 50, of: 100, low: 0.403832, high: 0.596168 },
    ]
    for (const { count, of, low, high } of known) {
      const found = rate(count, of)
      assert.closeTo(found.low!, low, 1e-5)
      assert.closeTo(found.high!, high, 1e-5)
    }
  })

  test('says when there are too few cases, and knows none at all', ({ assert }) => {
    assert.isTrue(rate(5, MIN_CASES_FOR_RATE - 1).tooFew)
    assert.isFalse(rate(5, MIN_CASES_FOR_RATE).tooFew)
    assert.deepInclude(rate(0, 0), { value: null, low: null, high: null, tooFew: true })
    assert.throws(() => rate(3, 2), RangeError)
  })
})

test.group('Reports: changes', () => {
  test('tells a change from chance', ({ assert }) => {
    assert.isFalse(changeBetween(12, 10).isNotable)
    assert.isTrue(changeBetween(160, 100).isNotable)
    assert.isTrue(changeBetween(0, 10).isNotable)
    assert.isFalse(changeBetween(0, 0).isNotable)
    assert.deepInclude(changeBetween(5, 0), { difference: 5, relative: null })
    assert.equal(changeBetween(15, 10).relative, 0.5)
  })
})

test.group('Reports: range of revenue', () => {
  test('is not given for few deals', ({ assert }) => {
    assert.isNull(revenueInterval([]))
    assert.isNull(revenueInterval(Array.from({ length: MIN_DEALS_FOR_INTERVAL - 1 }, () => 100)))
  })

  test('of equal deals is the Poisson interval of their number', ({ assert }) => {
    const deals = Array.from({ length: 100 }, () => 10_000)
    const { lowCents, highCents } = revenueInterval(deals)!
    // Poisson(100): 2.5 % and 97.5 % quantiles are 81 and 120.
    assert.closeTo(lowCents / 10_000, 81, 2)
    assert.closeTo(highCents / 10_000, 120, 2)
  })

  test('is the same at every computation', ({ assert }) => {
    const deals = Array.from({ length: 12 }, (_, index) => 1_000 * (index + 1))
    assert.deepEqual(revenueInterval(deals), revenueInterval(deals))
  })
})

test.group('Reports: return', () => {
  const cost = weekCost({ subscriptionCents: 2_310, usageUsdMicros: 9_450_000, usdRate: 0.9 })

  test('adds subscriptions and model calls in one currency', ({ assert }) => {
    assert.equal(cost.subscriptionMicros, 23_100_000)
    assert.equal(cost.usageMicros, 8_505_000)
    assert.equal(cost.totalMicros, 31_605_000)
  })

  test('is (gain − cost) ÷ cost, on revenue or on margin', ({ assert }) => {
    const onRevenue = roi({ attributedCents: 31_605, cost, grossMarginPercent: null })
    assert.equal(onRevenue.basis, 'revenue')
    assert.closeTo(onRevenue.value!, 9, 1e-9)

    const onMargin = roi({ attributedCents: 31_605, cost, grossMarginPercent: 20 })
    assert.equal(onMargin.basis, 'margin')
    assert.equal(onMargin.gainMicros, 63_210_000)
    assert.closeTo(onMargin.value!, 1, 1e-9)
  })

  test('is −100 % without revenue and unknown without cost', ({ assert }) => {
    assert.equal(roi({ attributedCents: 0, cost, grossMarginPercent: null }).value, -1)
    const free = weekCost({ subscriptionCents: 0, usageUsdMicros: 0, usdRate: 0.9 })
    assert.isNull(roi({ attributedCents: 500, cost: free, grossMarginPercent: null }).value)
  })
})

test.group('Reports: attribution', () => {
  test('counts deals with a conversation inside the window, largest first', ({ assert }) => {
    const found = attribute([
      wonDeal(1, { amountCents: 100 }),
      wonDeal(2, { amountCents: 900 }),
      wonDeal(3, { amountCents: 5_000, conversationId: null }),
      wonDeal(4, { amountCents: 7_000, conversationAt: '2026-08-01T09:00:00Z' }),
    ])
    assert.equal(found.attributedCents, 1_000)
    assert.deepEqual(
      found.deals.map((deal) => deal.amountCents),
      [900, 100]
    )
    assert.equal(found.deals[0]!.daysToWin, 3)
    assert.equal(found.wonCents, 13_000)
    assert.equal(found.outsideWindow, 1)
  })

  test('the window ends after 90 days', ({ assert }) => {
    const at = (conversationAt: string) =>
      attribute([wonDeal(1, { wonAt: '2026-11-19T14:00:00Z', conversationAt })]).deals.length
    assert.equal(at('2026-08-21T14:00:00Z'), 1)
    assert.equal(at('2026-08-20T13:59:00Z'), 0)
  })
})
