/**
 * Characters that people do not see and models read: tag characters (U+E0000 to U+E007F),
 * zero-width and direction marks, soft hyphens, variation selectors, and control characters
 * other than line breaks and tabs. Instructions can be smuggled in them.
 */
const HIDDEN =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFE00-\uFE0F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}\u{E0100}-\u{E01EF}]/gu

/** Lone halves of surrogate pairs, which PostgreSQL and JSON parsers refuse. */
const LONE_SURROGATES = /\p{Surrogate}/gu

/** Text without hidden characters, in composed form (NFC). */
export function stripHiddenCharacters(text: string): string {
  return text.normalize('NFC').replace(HIDDEN, '').replace(LONE_SURROGATES, '')
}
