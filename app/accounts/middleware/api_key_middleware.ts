import { errors as httpErrors } from '@adonisjs/core/http'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import type Workspace from '#app/accounts/models/workspace'

/**
 * Authenticates programs by `Authorization: Bearer cpt_…`, checks that the key carries the
 * scope of the operation and sets the key's workspace.
 */
export default class ApiKeyMiddleware {
  async handle(ctx: HttpContext, next: NextFn, options: { scope: string }) {
    await ctx.auth.authenticateUsing(['api'])
    const workspace = ctx.auth.use('api').user as Workspace & {
      currentAccessToken: { allows(ability: string): boolean }
    }
    if (!workspace.currentAccessToken.allows(options.scope)) {
      throw Object.assign(
        new httpErrors.E_HTTP_EXCEPTION(`This API key lacks the scope ${options.scope}.`),
        { status: 403 }
      )
    }
    ctx.workspace = workspace
    return next()
  }
}
