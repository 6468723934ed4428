import vine, { errors } from '@vinejs/vine'
import { UUID } from '#shared/uuid'

/** Items per page when the request does not say, and at most. */
export const DEFAULT_LIMIT = 50
export const MAX_LIMIT = 100

/**
 * Values of the columns that a list is sorted by, the unique one (`id`) last. A UUIDv7 sorts by
 * time of creation by itself, so `[id]` is the whole keyset of a list in order of creation; times
 * read into JavaScript have lost their microseconds and make a poor keyset.
 */
export type Keyset = readonly (string | number)[]

export interface Page<T> {
  items: T[]
  /** Give it back as `cursor` for the next page; null at the end. */
  nextCursor: string | null
}

/**
 * Fields of a list's query, to be spread into its validator:
 * `vine.create({ ...pageFields(), stage: vine.string().optional() })`.
 */
export function pageFields() {
  return {
    limit: vine.number().withoutDecimals().range([1, MAX_LIMIT]).optional(),
    cursor: vine.string().maxLength(1000).optional(),
  }
}

/** The opaque form of a keyset: base64url of its JSON. */
export function encodeCursor(keyset: Keyset): string {
  return Buffer.from(JSON.stringify(keyset)).toString('base64url')
}

/**
 * Reads a cursor back. Null when there is none.
 *
 * @param kinds types of the values, in order: `['time', 'uuid']`
 * @throws a validation error (422) on the field `cursor` when it is not one of ours
 */
export function decodeCursor(
  cursor: string | null | undefined,
  kinds: readonly CursorKind[]
): Keyset | null {
  if (!cursor) return null
  const values = parse(cursor)
  const fits = values?.length === kinds.length && values.every((v, i) => CHECKS[kinds[i]!](v))
  if (fits) return values as Keyset
  throw new errors.E_VALIDATION_ERROR([
    { field: 'cursor', message: 'This cursor does not belong to this list.', rule: 'cursor' },
  ])
}

export type CursorKind = 'time' | 'uuid' | 'text' | 'number'

const CHECKS: Record<CursorKind, (value: unknown) => boolean> = {
  time: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  uuid: (value) => typeof value === 'string' && UUID.test(value),
  text: (value) => typeof value === 'string' && !value.includes('\0'),
  number: (value) => typeof value === 'number' && Number.isSafeInteger(value),
}

/**
 * Cuts a page out of rows of which one more than `limit` was read.
 *
 * @param keysetOf values of the sort columns of a row, as the cursor carries them
 */
export function pageOf<T>(rows: T[], limit: number, keysetOf: (row: T) => Keyset): Page<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const more = rows.length > limit && last !== undefined
  return { items, nextCursor: more ? encodeCursor(keysetOf(last)) : null }
}

function parse(cursor: string): unknown[] | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(value) ? value : null
  } catch {
    return null
  }
}
