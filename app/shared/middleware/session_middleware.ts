import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import SessionMiddleware from '@adonisjs/session/session_middleware'
import { speaksToPrograms } from '#shared/http/program_path'

/** Sessions are for pages: calls of programs neither read nor receive the session cookie. */
export default class PageSessionMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    if (speaksToPrograms(ctx)) return next()
    const session = await ctx.containerResolver.make(SessionMiddleware)
    return session.handle(ctx, next)
  }
}
