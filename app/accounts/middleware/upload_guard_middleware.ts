import app from '@adonisjs/core/services/app'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import ApiKeyMiddleware from '#app/accounts/middleware/api_key_middleware'
import AuthMiddleware from '#app/accounts/middleware/auth_middleware'
import { BASE_SCOPE } from '#app/accounts/services/api_keys'
import { speaksToPrograms } from '#shared/http/program_path'

/**
 * Comes before the body is read: nobody who has not signed in writes files to this box. What
 * somebody may do with their file is checked afterwards, by the guards of the route.
 */
export default class UploadGuardMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    const uploads = app.config.get<string[]>('bodyparser.multipart.autoProcess')
    const takesFile = ctx.request.method() === 'POST' && uploads.includes(ctx.route?.pattern ?? '')
    if (!takesFile) return next()
    return speaksToPrograms(ctx)
      ? new ApiKeyMiddleware().handle(ctx, next, { scope: BASE_SCOPE })
      : new AuthMiddleware().handle(ctx, next, { workspaceOptional: true })
  }
}
