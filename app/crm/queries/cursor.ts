import * as pagination from '#shared/pagination'

/**
 * Place in a list that is sorted by one column and the id. Times keep the database's microseconds
 * by staying text.
 */
export interface Cursor {
  value: string
  id: string
}

/** What the database itself writes for a value of the column. */
const WRITTEN = {
  number: /^\d{1,9}$/,
  time: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+\d\d$/,
}

export function encodeCursor({ value, id }: Cursor): string {
  return pagination.encodeCursor([value, id])
}

/** The cursor, or null when it is not one of ours: the list then starts at its beginning. */
export function decodeCursor(
  text: string | null | undefined,
  kind: 'time' | 'number'
): Cursor | null {
  const keyset = keysetOf(text)
  if (!keyset) return null
  const [value, id] = keyset as [string, string]
  return WRITTEN[kind].test(value) ? { value, id } : null
}

function keysetOf(text: string | null | undefined): pagination.Keyset | null {
  try {
    return pagination.decodeCursor(text, ['text', 'uuid'])
  } catch {
    return null
  }
}
