/**
 * Place in a list that is sorted by one column and the id. Times keep the database's microseconds
 * by staying text.
 */
export interface Cursor {
  value: string
  id: string
}

export function encodeCursor({ value, id }: Cursor): string {
  return Buffer.from(JSON.stringify([value, id])).toString('base64url')
}

/** The cursor, or null when it is not one of ours: the list then starts at its beginning. */
export function decodeCursor(
  text: string | null | undefined,
  kind: 'time' | 'number'
): Cursor | null {
  if (!text) return null
  try {
    const [value, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[]
    if (typeof value !== 'string' || typeof id !== 'string') return null
    if (!UUID.test(id)) return null
    if (kind === 'number' && !/^\d{1,9}$/.test(value)) return null
    if (kind === 'time' && !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+\d\d$/.test(value))
      return null
    return { value, id }
  } catch {
    return null
  }
}

/** Any version: ids of ours are version 7. */
export const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
