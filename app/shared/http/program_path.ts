import type { HttpContext } from '@adonisjs/core/http'

/** Addresses that programs call: no session, no CSRF token, errors as problem+json. */
const PROGRAM_PATHS = /^\/(api|widget|hooks)(\/|$)/

/** The widget's own script and its demo frame are files for browsers, not calls. */
export function speaksToPrograms(ctx: Pick<HttpContext, 'request'>): boolean {
  return PROGRAM_PATHS.test(ctx.request.url())
}
