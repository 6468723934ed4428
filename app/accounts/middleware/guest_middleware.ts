import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { signedInUser } from '#app/accounts/services/session'

/** Sends people who are signed in already to their home page. */
export default class GuestMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    if (await signedInUser(ctx)) return ctx.response.redirect('/')
    return next()
  }
}
