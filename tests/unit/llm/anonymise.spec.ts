import { test } from '@japa/runner'
import { ContactDetailsAnonymiser } from '#app/llm/privacy/contact_details_anonymiser'
import { RestoreStream } from '#app/llm/privacy/restore_stream'

const TEXT =
  'Write to ann.o-hara@shop.example or call 06 12 34 56 78, then ann.o-hara@shop.example.'

test.group('ContactDetailsAnonymiser', () => {
  test('replaces e-mails and phones, the same value by the same placeholder', ({ assert }) => {
    const anonymiser = new ContactDetailsAnonymiser([TEXT])
    assert.equal(anonymiser.mask(TEXT), 'Write to [EMAIL_1] or call [PHONE_1], then [EMAIL_1].')
    assert.deepEqual(anonymiser.counts, { email: 1, phone: 1 })
  })

  test('leaves prices, references and years alone', ({ assert }) => {
    const text = 'Ref 4006381333931, 1 299,99 €, 2026-11-20, taille 42'
    assert.equal(new ContactDetailsAnonymiser([text]).mask(text), text)
  })

  test('a very long word takes no time', ({ assert }) => {
    const text = 'a'.repeat(60_000)
    const started = performance.now()
    assert.equal(new ContactDetailsAnonymiser([text]).mask(text), text)
    assert.isBelow(performance.now() - started, 500)
  })

  test('never reuses a placeholder that somebody typed', ({ assert }) => {
    const text = 'What is [EMAIL_1]? Mine is bob@shop.example'
    const anonymiser = new ContactDetailsAnonymiser([text])
    assert.equal(anonymiser.mask(text), 'What is [EMAIL_1]? Mine is [EMAIL_2]')
    assert.isNull(anonymiser.original('[EMAIL_1]'))
  })
})

test.group('RestoreStream', () => {
  test('puts the originals back wherever the answer is cut into chunks', ({ assert }) => {
    const anonymiser = new ContactDetailsAnonymiser([TEXT])
    const masked = anonymiser.mask(TEXT)
    for (let at = 0; at <= masked.length; at++) {
      const restore = new RestoreStream(anonymiser)
      const text =
        restore.push(masked.slice(0, at)) + restore.push(masked.slice(at)) + restore.end()
      assert.equal(text, TEXT)
    }
  })

  test('understands placeholders as models write them and leaves unknown ones', ({ assert }) => {
    const anonymiser = new ContactDetailsAnonymiser([TEXT])
    anonymiser.mask(TEXT)
    const restore = new RestoreStream(anonymiser)
    const text = restore.push('[email_1] [EMAIL\\_1] [ EMAIL_1 ] [PHONE_9] [note]') + restore.end()
    assert.equal(
      text,
      'ann.o-hara@shop.example ann.o-hara@shop.example ann.o-hara@shop.example [PHONE_9] [note]'
    )
  })

  test('does not hold back words that cannot become a placeholder', ({ assert }) => {
    const restore = new RestoreStream(new ContactDetailsAnonymiser([]))
    assert.equal(restore.push('Hello [you there]'), 'Hello [you there]')
  })
})
