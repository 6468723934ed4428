import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import ShieldMiddleware from '@adonisjs/shield/shield_middleware'
import { speaksToPrograms } from '#shared/http/program_path'

let shield: ShieldMiddleware | undefined

/** CSRF token and security headers for pages; programs get the header that matters to them. */
export default class PageShieldMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    if (speaksToPrograms(ctx)) {
      ctx.response.header('X-Content-Type-Options', 'nosniff')
      return next()
    }
    // Holds no state of a request; its provider would import its parts anew for each one.
    shield ??= await ctx.containerResolver.make(ShieldMiddleware)
    return shield.handle(ctx, next)
  }
}
