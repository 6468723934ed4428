import { test } from '@japa/runner'
import { splitName } from '#app/crm/imports/names'
import { countryCode } from '#app/crm/imports/countries'
import { mapColumns } from '#app/crm/imports/map_columns'
import { cleanText, normaliseEmail, normalisePhone } from '#app/crm/services/contact'
import { readSignals } from '#app/crm/services/read_signals'
import { scoreProspect } from '#app/crm/services/score_prospect'
import { parseAmount } from '#app/crm/validators/rules'

test.group('Contact', () => {
  test('e-mail {0} is {1}')
    .with([
      [' Zoe@Example.FR ', 'zoe@example.fr'],
      ['Zoé <zoe@example.fr>', 'zoe@example.fr'],
      ['mailto:a.b+c@sub.example.co.uk', 'a.b+c@sub.example.co.uk'],
      ['josé@exämple.de', 'josé@exämple.de'],
      ['nope', null],
      ['a@b', null],
      ['a b@example.fr', null],
      ['a..b@example.fr', null],
      ['@example.fr', null],
      ['', null],
    ] as const)
    .run(({ assert }, [value, expected]) => assert.equal(normaliseEmail(value), expected))

  test('phone {0} in {1} is {2}')
    .with([
      ['06 12 34 56 78', 'FR', '+33612345678'],
      ['(0)6.12.34.56.78', 'FR', '+33612345678'],
      ['0033 6 12 34 56 78', 'FR', '+33612345678'],
      ['+49 30 901820', 'FR', '+4930901820'],
      ['415-555-0100', 'FR', '+14155550100'],
      ['12', 'FR', null],
      ['+123456', 'FR', null],
      ['call me', 'FR', null],
    ] as const)
    .run(({ assert }, [value, country, expected]) => {
      assert.equal(normalisePhone(value, country), expected)
    })

  test('text loses control characters and broken halves', ({ assert }) => {
    assert.equal(cleanText(' a\u0000\u200B  b\n', 10), 'a b')
    assert.isTrue(cleanText('😀'.repeat(10), 5)!.isWellFormed())
    assert.isNull(cleanText('\u0000 ', 5))
  })

  test('names are split: {0}')
    .with([
      ['Jean Dupont', 'Jean', 'Dupont'],
      ['Dupont, Jean', 'Jean', 'Dupont'],
      ['DUPONT Jean', 'Jean', 'DUPONT'],
      ['Anne-Marie DE LA TOUR', 'Anne-Marie', 'DE LA TOUR'],
      ['Zoé', 'Zoé', null],
    ] as const)
    .run(({ assert }, [name, firstName, lastName]) => {
      assert.deepEqual(splitName(name), { firstName, lastName })
    })

  test('countries are known in five languages', ({ assert }) => {
    for (const name of ['FR', 'fr', 'France', 'Frankreich', 'Francia']) {
      assert.equal(countryCode(name), 'FR')
    }
    assert.equal(countryCode('États-Unis'), 'US')
    assert.equal(countryCode('UK'), 'GB')
    assert.isNull(countryCode('Nowhere'))
  })

  test('amount {0} is {1}')
    .with([
      ['1 234,50 €', 123_450],
      ['1,234.50', 123_450],
      ['1.234', 123_400],
      ['99.9', 9990],
      ['0', 0],
      ['-5', null],
      ['much', null],
      ['99999999999999', null],
    ] as const)
    .run(({ assert }, [text, cents]) => assert.equal(parseAmount(text), cents))
})

test.group('Columns', () => {
  test('are found by header: {headers}')
    .with([
      { headers: 'Prénom;Nom;E-mail', targets: 'first_name;last_name;email' },
      { headers: 'Nom;Téléphone;Société', targets: 'name;phone;company' },
      {
        headers: 'Vorname;Nachname;Handynummer;Firma',
        targets: 'first_name;last_name;phone;company',
      },
      { headers: 'Nombre;Apellidos;Correo electrónico', targets: 'first_name;last_name;email' },
      { headers: 'Nome;Cognome;Ragione sociale', targets: 'first_name;last_name;company' },
      { headers: 'FirstName;LastName;Email__c', targets: 'first_name;last_name;email' },
      { headers: 'id;whatever', targets: 'custom;custom' },
    ])
    .run(({ assert }, { headers, targets }) => {
      const list = headers.split(';')
      const mapping = mapColumns(list, [], 'FR')
      assert.equal(list.map((header) => mapping[header]).join(';'), targets)
    })

  test('are found by content when the header says nothing', ({ assert }) => {
    const mapping = mapColumns(['x', 'y', 'z'], [['1', 'a@example.fr', '06 12 34 56 78']], 'FR')
    assert.deepEqual(mapping, { x: 'custom', y: 'email', z: 'phone' })
  })
})

test.group('Score', () => {
  const now = new Date('2026-11-20T12:00:00Z')
  const nobody = {
    name: null,
    email: null,
    phone: null,
    companyName: null,
    signals: {},
    messageCount: 0,
    amountCents: null,
    lastActivityAt: null,
  }

  test('explains every point, at most 100', ({ assert }) => {
    assert.deepEqual(scoreProspect(nobody, now), { score: 0, reasons: [] })
    const { score, reasons } = scoreProspect(
      {
        name: 'A',
        email: 'a@example.fr',
        phone: '+33612345678',
        companyName: 'Co',
        signals: { askedPrice: true, buyingIntent: true },
        messageCount: 9,
        amountCents: 500_000,
        lastActivityAt: now,
      },
      now
    )
    assert.equal(score, 100)
    assert.equal(
      reasons.reduce((sum, { points }) => sum + points, 0),
      score
    )
  })

  test('fades with time', ({ assert }) => {
    const at = (days: number) =>
      scoreProspect({ ...nobody, lastActivityAt: new Date(now.getTime() - days * 86_400_000) }, now)
        .score
    assert.deepEqual([at(0), at(6), at(7), at(29), at(30)], [15, 15, 8, 8, 0])
  })

  test('reads signs of interest: {0}')
    .with([
      ['Combien coûte ce vélo ?', { askedPrice: true }],
      ['Je voudrais commander, rappelez-moi', { buyingIntent: true }],
      ['How much is it? I want to buy', { askedPrice: true, buyingIntent: true }],
      ['Was kostet das? Preis?', { askedPrice: true }],
      ['bonjour', {}],
    ] as const)
    .run(({ assert }, [text, signals]) => assert.deepEqual(readSignals(text), signals))
})
