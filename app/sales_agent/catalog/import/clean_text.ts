import { Parser } from 'htmlparser2'

const SKIPPED = new Set([
  'script',
  'style',
  'template',
  'noscript',
  'iframe',
  'object',
  'svg',
  'head',
])
const BLOCKS = new Set(
  'p div br li ul ol h1 h2 h3 h4 h5 h6 table tr section article blockquote pre hr dt dd'.split(' ')
)

/** Longest texts kept; PostgreSQL's search vectors and readers both have a limit. */
const MAX_DESCRIPTION = 20_000
const MAX_LINE = 300

/** HTML of a shop's description as readable text: blocks become lines, scripts disappear. */
export function htmlToText(html: string): string {
  if (!/[<&]/.test(html)) return tidy(html)
  const parts: string[] = []
  let skipped = 0
  const parser = new Parser(
    {
      onopentag(name) {
        if (SKIPPED.has(name)) skipped++
        else if (name === 'li') parts.push('\n- ')
        else if (BLOCKS.has(name)) parts.push('\n')
        else if (name === 'td' || name === 'th') parts.push(' ')
      },
      ontext(text) {
        if (skipped === 0) parts.push(text)
      },
      onclosetag(name) {
        if (SKIPPED.has(name)) skipped = Math.max(0, skipped - 1)
        else if (BLOCKS.has(name) && name !== 'br') parts.push('\n')
      },
    },
    { decodeEntities: true, lowerCaseTags: true }
  )
  parser.write(html)
  parser.end()
  return tidy(parts.join(''))
}

/** Description: cleaned and cut to a length that can be searched. */
export function cleanDescription(html: string): string {
  // Shops paste literal "\n" of other exports.
  return htmlToText(html.replaceAll('\\n', '\n')).slice(0, MAX_DESCRIPTION).toWellFormed()
}

/** One line: a title, a category, a tag. Markup is dropped unless nothing else is there. */
export function cleanLine(text: string): string {
  const stripped = /[<&]/.test(text) ? htmlToText(text) : text
  const chosen = stripped.trim() === '' ? text : stripped
  return tidy(chosen).replace(/\s+/g, ' ').slice(0, MAX_LINE).toWellFormed()
}

/** Addresses that a page may link to; others (javascript:, data:) are dropped. */
export function cleanUrl(text: string): string | null {
  const value = text.trim()
  if (value.length > 2000 || !/^https?:\/\/[^\s]+$/i.test(value)) return null
  return URL.canParse(value) ? value : null
}

function tidy(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g, '')
      .replace(/[ \t\u00A0]+/g, ' ')
      .replace(/ ?\r?\n ?/g, '\n')
      .replace(/\n{2,}/g, '\n')
      .trim()
  )
}
