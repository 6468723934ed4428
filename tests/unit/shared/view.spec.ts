import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import { currentEntry } from '#shared/portal/navigation'
import { viewFormatters } from '#shared/view/formatters'
import { fieldErrors, fieldId, firstName, hueOf, initials } from '#shared/view/tokens'

test.group('What views use', () => {
  test('figures and times in the language and time zone of the reader', ({ assert }) => {
    const fr = viewFormatters({ locale: 'fr' }, () => 'Europe/Paris')
    const en = viewFormatters({ locale: 'en' }, () => 'America/New_York')
    assert.equal(fr.cents(123450).replace(/\s/g, ' '), '1 234,50 €')
    assert.equal(en.micros(3_500_000), '$3.50')
    assert.equal(en.roundCents(1828549, 'EUR'), '€18,285')
    assert.equal(fr.percent(0.256, 1).replace(/\s/g, ' '), '25,6 %')
    const moment = DateTime.fromISO('2026-11-20T23:30:00Z')
    assert.equal(fr.date(moment), '21 nov. 2026')
    assert.equal(en.date(moment.toJSDate()), 'Nov 20, 2026')
    assert.equal(en.iso('2026-11-20T23:30:00Z'), '2026-11-20T23:30:00.000Z')
  })

  test('what is absent is a dash, never "null" or "NaN"', ({ assert }) => {
    const fmt = viewFormatters({ locale: 'en' }, () => 'utc')
    for (const text of [fmt.cents(null), fmt.number(Number.NaN), fmt.date('soon'), fmt.ago(null)]) {
      assert.equal(text, '–')
    }
    assert.equal(fmt.iso(undefined), '')
  })

  test('a page belongs to the entry with the longest address', ({ assert }) => {
    assert.equal(currentEntry('/')?.key, 'home')
    assert.equal(currentEntry('/prospects/import')?.key, 'prospects')
    assert.equal(currentEntry('/prospectus')?.key, undefined)
    assert.equal(currentEntry('/deals/1', 'crm')?.key, 'pipeline')
  })

  test('initials, greetings and colours from any name', ({ assert }) => {
    assert.deepEqual(['Camille Roux', 'zoé', 'studio@example.com', '  ', '🦊 Fox'].map(initials), [
      'CR',
      'Z',
      'SC',
      '?',
      '🦊F',
    ])
    assert.equal(firstName('camille.roux'), 'Camille')
    assert.equal(hueOf('Camille'), hueOf('Camille'))
    assert.isBelow(hueOf('Łukasz'), 8)
    assert.equal(fieldId('items[0].name'), 'items-0-name')
  })

  test('errors of a field come from the page, then from the validator', ({ assert }) => {
    const flash = { get: () => ({ email: ['left behind'] }) }
    assert.deepEqual(fieldErrors('email', 'said here', undefined, flash), ['said here'])
    assert.deepEqual(fieldErrors('email', undefined, { email: ['bag'] }, flash), ['bag'])
    assert.deepEqual(fieldErrors('email', undefined, undefined, flash), ['left behind'])
    assert.deepEqual(fieldErrors('name', undefined, undefined, undefined), [])
  })
})
