import type { HttpContext } from '@adonisjs/core/http'
import { E_ALREADY_EXISTS, E_BUSY, E_NOT_FOUND, E_VALUE_REFUSED } from '#shared/exceptions/errors'

/** What node-postgres puts on an error (https://www.postgresql.org/docs/18/errcodes-appendix.html). */
interface DatabaseError extends Error {
  code: string
  severity: string
}

/** Server or network too busy or away; a repetition may succeed. */
const BUSY = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '53300', // too_many_connections
  '55P03', // lock_not_available
  '57014', // query_canceled: statement timeout
  '57P01', // admin_shutdown
  '57P03', // cannot_connect_now
])

const REFUSED: Record<string, string> = {
  '22001': 'A value is too long.',
  '22003': 'A number is out of range.',
  '22007': 'A date or time is not valid.',
  '22008': 'A date or time is out of range.',
  '22021': 'A text contains characters that are not allowed (a NUL character or broken UTF-8).',
  '22P02': 'A value has the wrong form.',
  '22P05': 'A text contains characters that are not allowed (a NUL character or broken UTF-8).',
  '23503': 'Something that this refers to does not exist.',
  '23514': 'A value is outside of what is allowed.',
}

/**
 * What a PostgreSQL error means to the one who sent the request, or null when it is our fault.
 * An id in the address that is no UUID is simply not found: one rule for every route.
 */
export function translateDatabaseError(error: unknown, ctx: HttpContext) {
  if (!isDatabaseError(error)) return isConnectionLoss(error) ? caused(new E_BUSY(), error) : null
  if (BUSY.has(error.code)) return caused(new E_BUSY(), error)
  if (error.code === '23505') return caused(new E_ALREADY_EXISTS(), error)
  if (cannotBeAnId(error, ctx)) return caused(new E_NOT_FOUND(), error)
  const why = REFUSED[error.code]
  return why ? caused(new E_VALUE_REFUSED([why]), error) : null
}

/** The value that PostgreSQL could not read came from the path. */
function cannotBeAnId(error: DatabaseError, ctx: HttpContext): boolean {
  const params = Object.values(ctx.params ?? {}).map(String)
  if (error.code === '22021') return params.some((param) => param.includes('\0'))
  if (error.code !== '22P02' && error.code !== '22003') return false
  const quoted = /"(.*)"/s.exec(error.message)?.[1]
  return quoted !== undefined && params.includes(quoted)
}

function isDatabaseError(error: unknown): error is DatabaseError {
  const { code, severity } = (error ?? {}) as DatabaseError
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && typeof severity === 'string'
}

function isConnectionLoss(error: unknown): boolean {
  const { name, code } = (error ?? {}) as { name?: string; code?: string }
  return name === 'KnexTimeoutError' || code === 'ECONNREFUSED' || code === 'ECONNRESET'
}

function caused<E extends Error>(error: E, cause: unknown): E {
  error.cause = cause
  return error
}
