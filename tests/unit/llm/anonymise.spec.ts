import { test } from '@japa/runner'
import { findPersonalData } from '#app/llm/privacy/find_personal_data'
import { PlaceholderMap } from '#app/llm/privacy/placeholder_map'
import { frenchMessages, measureRecall } from '#tests/helpers/labelled_texts'
import { RestoreStream } from '#app/llm/privacy/restore_stream'

/** Each find as `KIND value`, in reading order. */
function found(text: string, options?: { likely: boolean }): string[] {
  return findPersonalData(text, options).map(
    ({ start, end, kind }) => `${kind} ${text.slice(start, end)}`
  )
}

function mask(text: string, placeholders: PlaceholderMap): string {
  return findPersonalData(text).reduceRight((masked, { start, end, kind }) => {
    const placeholder = placeholders.placeholderOf(kind, text.slice(start, end))
    return masked.slice(0, start) + placeholder + masked.slice(end)
  }, text)
}

test.group('Personal data in a text', () => {
  const texts: [string, string[]][] = [
    [
      'Bonjour, je suis Marie Lefèvre, au 06 12 34 56 78 ou marie.lefevre@shop.example.',
      ['PERSON Marie Lefèvre', 'PHONE 06 12 34 56 78', 'EMAIL marie.lefevre@shop.example'],
    ],
    [
      'TVA FR 44 732829320, SIREN 732 829 320 et siret 732 829 320 00074, RIB FR14 2004 1010 0505 0001 3M02 606 merci',
      [
        'VAT FR 44 732829320',
        'SIREN 732 829 320',
        'SIRET 732 829 320 00074',
        'IBAN FR14 2004 1010 0505 0001 3M02 606',
      ],
    ],
    [
      'NIR 2 95 10 99 126 111 93 et 1 85 07 2A 004 123 88, plaque AB-123-CD, carte 4111 1111 1111 1111',
      [
        'NIR 2 95 10 99 126 111 93',
        'NIR 1 85 07 2A 004 123 88',
        'PLATE AB-123-CD',
        'CARD 4111 1111 1111 1111',
      ],
    ],
    [
      'Livrez au 12 bis, rue de la République, 69002 Lyon svp.',
      ['ADDRESS 12 bis, rue de la République, 69002 Lyon'],
    ],
    [
      'Musterstraße 12, 10115 Berlin; Via Roma 12, 00184 Roma; Calle Mayor 5, 28013 Madrid',
      [
        'ADDRESS Musterstraße 12, 10115 Berlin',
        'ADDRESS Via Roma 12, 00184 Roma',
        'ADDRESS Calle Mayor 5, 28013 Madrid',
      ],
    ],
    [
      'I live at 10 Downing Street, London SW1A 2AA.',
      ['ADDRESS 10 Downing Street, London SW1A 2AA'],
    ],
    [
      'my name is john smith, not M. de La Fontaine',
      ['PERSON john smith', 'PERSON de La Fontaine'],
    ],
    ['Cordialement,\nSophie Durand', ['PERSON Sophie Durand']],
    [
      'mot de passe : hunter22, clé sk-proj-abcdefghijklmnop1234, né le 12/03/1980, IP 192.168.0.12',
      [
        'KEY hunter22',
        'KEY sk-proj-abcdefghijklmnop1234',
        'BIRTHDATE 12/03/1980',
        'IP 192.168.0.12',
      ],
    ],
    ['my ssn is 078-05-1126', ['SSN 078-05-1126']],
    [
      '+33 (0)6 12 34 56 78 or (425) 882-9090',
      ['PHONE +33 (0)6 12 34 56 78', 'PHONE (425) 882-9090'],
    ],
  ]
  for (const [text, expected] of texts) {
    test(`finds what is personal in “${text.slice(0, 40)}”`, ({ assert }) => {
      assert.deepEqual(found(text), expected)
    })
  }

  test('leaves prices, references, sizes and years alone', ({ assert }) => {
    for (const text of [
      'Ref 4006381333931, 1 299,99 €, 2026-11-20, taille 42, 10 000 personnes, 3 000 kg',
      'Do you have a tent for 3 people under 300 €? Can I get it in Paris?',
      'Commande 123456789, lot 2024-118, 500 g, EAN 3760123456789',
      'La robe rose pour ma fille de 8 ans, modèle Océane',
    ]) {
      assert.deepEqual(found(text), [])
    }
  })

  test('rules about words keep off a catalogue', ({ assert }) => {
    const text = 'Pierre Martin jacket, 12 rue line; ask sales@shop.example'
    assert.deepEqual(found(text, { likely: false }), ['EMAIL sales@shop.example'])
  })

  test('hostile texts take no time', ({ assert }) => {
    for (const piece of ['a', 'A ', '1', 'Rue de ', '12 rue ', 'Aa Bb ', 'adresse: 1 ', 'FR44 ']) {
      const text = piece.repeat(5_000)
      const started = performance.now()
      findPersonalData(text)
      assert.isBelow(performance.now() - started, 3_000, piece)
    }
  })
})

const TEXT =
  'Write to ann.o-hara@shop.example or call 06 12 34 56 78, then ann.o-hara@shop.example.'

test.group('Placeholders', () => {
  test('the same value has the same placeholder', ({ assert }) => {
    const masked = mask(TEXT, new PlaceholderMap())
    assert.match(masked, /^Write to (\[EMAIL_1\]) or call \[PHONE_1\], then \1\.$/)
  })

  test('never use one that somebody typed', ({ assert }) => {
    const text = 'What is [EMAIL_1]? Mine is bob@shop.example'
    const placeholders = new PlaceholderMap()
    placeholders.reserve(text)
    assert.equal(mask(text, placeholders), 'What is [EMAIL_1]? Mine is [EMAIL_2]')
    assert.isNull(placeholders.original('[EMAIL_1]'))
  })

  test('go on where the conversation stopped', ({ assert }) => {
    const first = new PlaceholderMap()
    first.placeholderOf('EMAIL', 'a@shop.example')
    const second = new PlaceholderMap(first.entries())
    assert.equal(second.placeholderOf('EMAIL', 'A@shop.example'), '[EMAIL_1]')
    assert.isFalse(second.changed)
    assert.equal(second.placeholderOf('EMAIL', 'b@shop.example'), '[EMAIL_2]')
    assert.isTrue(second.changed)
  })
})

test.group('RestoreStream', () => {
  test('puts the originals back wherever the answer is cut into chunks', ({ assert }) => {
    const placeholders = new PlaceholderMap()
    const masked = mask(TEXT, placeholders)
    for (let at = 0; at <= masked.length; at++) {
      const restore = new RestoreStream(placeholders)
      const text =
        restore.push(masked.slice(0, at)) + restore.push(masked.slice(at)) + restore.end()
      assert.equal(text, TEXT)
    }
  })

  test('understands placeholders as models write them and leaves unknown ones', ({ assert }) => {
    const placeholders = new PlaceholderMap()
    placeholders.placeholderOf('EMAIL', 'a@b.example')
    const restore = new RestoreStream(placeholders)
    const text = restore.push('[email_1] [EMAIL\\_1] [ EMAIL_1 ] [PHONE_9] [note]') + restore.end()
    assert.equal(text, 'a@b.example a@b.example a@b.example [PHONE_9] [note]')
  })

  test('does not hold back words that cannot become a placeholder', ({ assert }) => {
    const restore = new RestoreStream(new PlaceholderMap())
    assert.equal(restore.push('Hello [you there]'), 'Hello [you there]')
  })
})

test.group('Recall on labelled French messages', () => {
  test('what can be proved is found, names and addresses nearly always', ({ assert }) => {
    const { recall, wrong } = measureRecall(frenchMessages())
    const proved = ['IBAN', 'CARD', 'NIR', 'SIRET', 'SIREN', 'VAT', 'EMAIL', 'PHONE', 'PLATE']
    for (const [kind, { labelled, found: hits }] of Object.entries(recall)) {
      assert.isAtLeast(hits / labelled, proved.includes(kind) ? 0.98 : 0.9, kind)
    }
    assert.deepEqual(wrong, [])
  })
})
