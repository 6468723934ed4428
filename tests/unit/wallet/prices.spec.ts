import { test } from '@japa/runner'
import { plans, priceOf } from '#wallet'
import { forecast } from '#app/wallet/services/forecast'
import { packPrice } from '#app/wallet/services/pack_price'
import { PLAN_LINES, plansOfLine } from '#app/wallet/services/plan_book'
import { averageOf } from '#app/wallet/services/usual_request'
import { monthsBetween } from '#app/wallet/services/wallet_costs'
import en from '../../../resources/lang/en/wallet.json' with { type: 'json' }
import fr from '../../../resources/lang/fr/wallet.json' with { type: 'json' }

test.group('Prices of requests', () => {
  test('advanced requests cost $0.50 to $1.00 by their length')
    .with([
      [0, 500_000],
      [1000, 500_000],
      [1001, 550_000],
      [1100, 550_000],
      [1999, 1_000_000],
      [2000, 1_000_000],
      [90_000, 1_000_000],
    ] as const)
    .run(({ assert }, [tokens, micros]) => {
      assert.equal(priceOf('advanced', tokens), micros)
    })

  test('other classes have one price', ({ assert }) => {
    assert.equal(priceOf('simple', 5000), 50_000)
    assert.equal(priceOf('standard'), 100_000)
    assert.equal(priceOf('complex'), 250_000)
  })

  test('the usual mix is the weighted price', ({ assert }) => {
    const mix = { simple: 0.5, standard: 0.3, complex: 0.15, advanced: 0.05 }
    assert.equal(averageOf(mix), 117_500)
  })
})

test.group('Packs', () => {
  test('volume lowers the price from each line on')
    .with([
      [5, 0, 500],
      [99, 0, 9900],
      [100, 10, 9000],
      [499, 10, 44_910],
      [500, 15, 42_500],
      [1000, 20, 80_000],
      [10_000, 20, 800_000],
    ] as const)
    .run(({ assert }, [dollars, discountPercent, priceCents]) => {
      assert.containSubset(packPrice(dollars), { discountPercent, priceCents })
    })
})

test.group('Outlook of the month', () => {
  const base = {
    now: new Date('2026-11-10T00:00:00Z'),
    periodEnd: new Date('2026-11-20T00:00:00Z'),
    days: 5,
  }

  test('tells what would be left', ({ assert }) => {
    const outlook = forecast({ ...base, availableMicros: 3_000_000, spentMicros: 1_000_000 })
    assert.deepEqual(outlook, { kind: 'lasts', leftMicros: 1_000_000 })
  })

  test('tells when it runs out and which pack closes the gap', ({ assert }) => {
    const outlook = forecast({ ...base, availableMicros: 2_000_000, spentMicros: 5_000_000 })
    assert.deepEqual(outlook, {
      kind: 'runs_out',
      at: new Date('2026-11-12T00:00:00Z'),
      missingMicros: 8_000_000,
      packDollars: 10,
    })
  })

  test('says nothing from less than a day', ({ assert }) => {
    const outlook = forecast({ ...base, days: 0.9, availableMicros: 1, spentMicros: 5 })
    assert.deepEqual(outlook, { kind: 'unknown' })
  })
})

test.group('Share of months', () => {
  test('counts each month by its own length, also across the clock change', ({ assert }) => {
    const at = (iso: string) => Date.parse(iso)
    const zone = 'Europe/Paris'
    const whole = monthsBetween(at('2026-09-30T22:00Z'), at('2026-10-31T23:00Z'), zone)
    assert.closeTo(whole, 1, 1e-12)
    const across = monthsBetween(at('2026-01-31T23:00Z'), at('2026-03-14T23:00Z'), zone)
    assert.closeTo(across, 1 + 14 / (31 - 1 / 24), 1e-12)
  })
})

test.group('Plans as data', () => {
  test('every plan, limit and feature has its texts in both languages', ({ assert }) => {
    const wanted = PLAN_LINES.flatMap((line) => [
      `line.${line}`,
      `line.${line}.text`,
      ...plansOfLine(line).flatMap((plan) => [
        `name.${line}.${plan.id}`,
        ...Object.keys(plan.limits).map((limit) => `limit.${limit}`),
        ...plan.features.map((feature) => `feature.${feature}`),
        ...Object.keys(plan.included).map((asset) => `plans.included_${asset}`),
      ]),
    ])
    for (const key of wanted) {
      assert.include(Object.keys(en), key)
    }
    assert.sameMembers(Object.keys(fr), Object.keys(en))
  })

  test('every default plan exists', ({ assert }) => {
    for (const line of PLAN_LINES) {
      const id = plans[line].default
      if (id !== null) assert.property(plans[line].plans, id)
    }
  })
})
