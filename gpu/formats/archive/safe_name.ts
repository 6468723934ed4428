import { archiveError } from './archive_error.js'

/** Longest component of the common file systems, and a path that fits all of them. */
const MAX_COMPONENT_BYTES = 255
const MAX_NAME_BYTES = 1000
const MAX_DEPTH = 8

/** What macOS adds to every archive; nothing of it belongs to a model. */
const JUNK = /(^|\/)(__MACOSX|\.DS_Store|\._[^/]*)(\/|$)/

/**
 * The name of an archive's entry as a path below the folder to make; null for what is left out
 * (folders themselves, `./`, macOS's additions).
 * @throws ModelError `E_ARCHIVE_UNSAFE` for a name that leads outside or that not every file
 *   system takes
 */
export function safeName(raw: string): string | null {
  if (raw === '' || Buffer.byteLength(raw) > MAX_NAME_BYTES) throw unsafe(raw, 'its length')
  if (/\p{Cc}/u.test(raw)) throw unsafe(raw, 'control characters')
  if (raw.startsWith('/') || /^[a-z]:/i.test(raw)) throw unsafe(raw, 'an absolute path')
  if (raw.includes('\\')) throw unsafe(raw, 'a backslash')
  const parts = raw.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) throw unsafe(raw, 'a way out of the folder')
  if (parts.length > MAX_DEPTH) throw unsafe(raw, 'too many folders')
  if (parts.some((part) => Buffer.byteLength(part) > MAX_COMPONENT_BYTES)) {
    throw unsafe(raw, 'its length')
  }
  const name = parts.join('/')
  return name === '' || JUNK.test(name) ? null : name
}

function unsafe(raw: string, detail: string) {
  const name = raw.slice(0, 200)
  return archiveError(
    'E_ARCHIVE_UNSAFE',
    `The archive holds a file with a name that is not safe to unpack (“${name}”: ${detail}). Pack only the model’s folder and upload it again.`,
    { name, detail }
  )
}
