import string from '@adonisjs/core/helpers/string'
import { ENTITY_KINDS } from './entities.js'

const WRITTEN = new RegExp(String.raw`\[(?:${ENTITY_KINDS.join('|')})_\d+\]`, 'g')

/** HTML of a text in which placeholders are marked; everything else of it is escaped. */
export function markPlaceholders(text: string): string {
  return string
    .escapeHTML(text)
    .replace(WRITTEN, (placeholder) => `<mark class="rounded px-1">${placeholder}</mark>`)
}
