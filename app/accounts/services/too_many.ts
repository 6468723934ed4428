import type { HttpContext } from '@adonisjs/core/http'

/** Page (or problem) that says how long to wait, with the header that tells programs. */
export function tooMany(ctx: HttpContext, retryAfterSeconds: number) {
  ctx.response.status(429).header('Retry-After', String(retryAfterSeconds))
  return ctx.view.render('accounts/too_many', { minutes: Math.ceil(retryAfterSeconds / 60) })
}
