/** Up to two letters that stand for a person or a shop on their avatar. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s@._-]+/u)
    .filter(Boolean)
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  return (
    letters
      .map((word) => Array.from(word ?? '')[0] ?? '')
      .join('')
      .toUpperCase() || '?'
  )
}

/** How a person is greeted: the first word of their name, with a capital. */
export function firstName(name: string): string {
  const [first = name] = name.trim().split(/[\s._@-]+/u)
  return first.charAt(0).toLocaleUpperCase() + first.slice(1)
}

/** A stable hue from 0 to 7 for a name, so that the same person always wears the same colour. */
export function hueOf(name: string): number {
  let sum = 0
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)!) >>> 0
  return sum % 8
}

/** One line of attributes-safe id from any field name, e.g. `items[0].name`. */
export function fieldId(name: string): string {
  return name.replace(/[^\w-]+/g, '-').replace(/-+$/, '')
}

interface FlashMessages {
  get(key: string, defaultValue?: unknown): unknown
}

/**
 * What was refused about a field: said by the page itself (`error`), or left by the validator
 * for the page after the redirect (`inputErrorsBag`, shared or in the flash messages).
 */
export function fieldErrors(
  name: string,
  error: string | string[] | undefined,
  bag: Record<string, string | string[]> | undefined,
  flashMessages: FlashMessages | undefined
): string[] {
  const flashed = flashMessages?.get('inputErrorsBag') as typeof bag
  return [error ?? bag?.[name] ?? flashed?.[name] ?? []].flat()
}
