import type { HttpContext } from '@adonisjs/core/http'
import { E_MALFORMED_BODY } from '#shared/exceptions/errors'
import { translateDatabaseError } from '#shared/exceptions/database_errors'

/**
 * One answer for every way in which the outside can be wrong: what the body parser and
 * PostgreSQL throw becomes an error with the right status. Everything else stays as it is,
 * and is a 500 when it carries no status.
 */
export function translateError(error: unknown, ctx: HttpContext): unknown {
  if (isMalformedBody(error)) {
    const malformed = new E_MALFORMED_BODY()
    malformed.cause = error
    return malformed
  }
  return translateDatabaseError(error, ctx) ?? error
}

/** The body parser throws a SyntaxError that carries the body, or an exception of its own. */
function isMalformedBody(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { status, message } = error as Error & { status?: number }
  if (status === 400) return error instanceof SyntaxError
  return status === 422 && message.startsWith('Invalid JSON')
}
