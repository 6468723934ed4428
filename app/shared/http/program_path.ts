import type { HttpContext } from '@adonisjs/core/http'

/** Addresses that programs call: no session, no CSRF token, errors as problem+json. */
const PROGRAM_PATHS = /^\/((api|widget|hooks|health|metrics)(\/|$)|widget\.js$)/

/** The widget's script counts as well: a file that every page may cache carries no cookie. */
export function speaksToPrograms(ctx: Pick<HttpContext, 'request'>): boolean {
  return PROGRAM_PATHS.test(ctx.request.url())
}
