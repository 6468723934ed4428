/*
 * Messages of the validator come in the reader's language: VineJS takes them from
 * resources/lang/<locale>/validator.json through the provider of the current request (see
 * detect_locale_middleware).
 *
 * PostgreSQL stores every character but NUL, and refuses the whole statement for it. No text of
 * ours needs one, so every text that is validated loses it.
 */
import vine from '@vinejs/vine'

const withoutNul = vine.createRule((value, _options, field) => {
  if (typeof value === 'string' && value.includes('\0')) {
    field.mutate(value.replaceAll('\0', ''), field)
  }
})

const string = vine.string.bind(vine)
vine.string = () => string().use(withoutNul())
