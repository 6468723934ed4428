import { test } from '@japa/runner'
import {
  closedWeek,
  daysOf,
  dueAt,
  parseWeek,
  shiftWeek,
  weekBounds,
  weekOf,
  weeksInYear,
  weeksUpTo,
} from '#app/reports/weeks/week'

const HOUR = 3_600_000

function hoursOf(week: Parameters<typeof weekBounds>[0], zone: string): number {
  const { from, to } = weekBounds(week, zone)
  return (Date.parse(to) - Date.parse(from)) / HOUR
}

test.group('Reports: weeks', () => {
  test('reads a week and refuses what is none', ({ assert }) => {
    assert.equal(parseWeek('2026-W47'), '2026-W47')
    for (const text of [
      '2026-W00',
      '2026-W54',
      '2026-47',
      '2026-W7',
      'W47',
      '',
      '2026-W47 ',
      '0000-W01',
    ]) {
      assert.isNull(parseWeek(text), text)
    }
  })

  test('knows the years with 53 weeks', ({ assert }) => {
    assert.equal(weeksInYear(2020), 53)
    assert.equal(weeksInYear(2026), 53)
    assert.equal(weeksInYear(2025), 52)
    assert.equal(parseWeek('2026-W53'), '2026-W53')
    assert.isNull(parseWeek('2025-W53'))
  })

  test('crosses the ends of years', ({ assert }) => {
    assert.equal(shiftWeek('2026-W53', 1), '2027-W01')
    assert.equal(shiftWeek('2025-W01', -1), '2024-W52')
    assert.equal(shiftWeek('2021-W01', -1), '2020-W53')
    assert.equal(weekOf(new Date('2027-01-03T12:00:00Z'), 'Europe/Paris'), '2026-W53')
    assert.equal(weekOf(new Date('2024-12-30T12:00:00Z'), 'Europe/Paris'), '2025-W01')
    assert.deepEqual(daysOf('2026-W53')[0], '2026-12-28')
  })

  test('starts and ends at local midnight', ({ assert }) => {
    assert.deepEqual(weekBounds('2026-W47', 'Europe/Paris'), {
      from: '2026-11-15T23:00:00Z',
      to: '2026-11-22T23:00:00Z',
    })
    assert.deepEqual(weekBounds('2026-W47', 'Asia/Kathmandu'), {
      from: '2026-11-15T18:15:00Z',
      to: '2026-11-22T18:15:00Z',
    })
  })

  test('has 167 or 169 hours when the clocks change', ({ assert }) => {
    assert.equal(hoursOf('2026-W13', 'Europe/Paris'), 167)
    assert.equal(hoursOf('2026-W43', 'Europe/Paris'), 169)
    assert.equal(hoursOf('2026-W47', 'Europe/Paris'), 168)
    assert.equal(hoursOf('2026-W13', 'America/Sao_Paulo'), 168)
    assert.equal(hoursOf('2026-W10', 'America/New_York'), 167)
  })

  test('weeks touch each other without gap, across every change of clocks', ({ assert }) => {
    for (const zone of [
      'Europe/Paris',
      'America/New_York',
      'Africa/Cairo',
      'Australia/Lord_Howe',
    ]) {
      for (const week of weeksUpTo('2027-W05', 60)) {
        assert.equal(weekBounds(week, zone).to, weekBounds(shiftWeek(week, 1), zone).from)
      }
    }
  })

  test('the closed week depends on the zone', ({ assert }) => {
    const instant = new Date('2026-11-22T23:30:00Z')
    assert.equal(closedWeek(instant, 'Europe/Paris'), '2026-W47')
    assert.equal(closedWeek(instant, 'America/New_York'), '2026-W46')
  })

  test('the report is due on Monday 08:00 on local clocks, in winter and in summer', ({
    assert,
  }) => {
    assert.equal(dueAt('2026-W47', 'Europe/Paris').toISOString(), '2026-11-23T07:00:00.000Z')
    assert.equal(dueAt('2026-W30', 'Europe/Paris').toISOString(), '2026-07-27T06:00:00.000Z')
    assert.equal(dueAt('2026-W43', 'Europe/Paris').toISOString(), '2026-10-26T07:00:00.000Z')
  })
})
