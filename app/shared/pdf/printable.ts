/** Pictographs, controls and marks of writing direction, for which no font here has a shape. */
const UNPRINTABLE =
  /[\p{Extended_Pictographic}\p{Emoji_Modifier}\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe0e\ufe0f\p{Cc}\p{Cs}]/gu

/** Text by people made fit for paper: one line, no control characters, a sane length. */
export function printable(text: string, maxLength = 400): string {
  const clean = text
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replace(UNPRINTABLE, (mark) => (/[#*0-9©®™]/.test(mark) ? mark : ''))
    .replace(/ {2,}/g, ' ')
    .trim()
  const letters = [...clean]
  return letters.length <= maxLength ? clean : `${letters.slice(0, maxLength - 1).join('')}…`
}
