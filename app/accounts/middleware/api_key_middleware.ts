import { errors as authErrors } from '@adonisjs/auth'
import { errors as httpErrors } from '@adonisjs/core/http'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { BASE_SCOPE, FULL_SCOPE } from '#app/accounts/services/api_keys'
import { verifyApiKey } from '#app/accounts/services/verify_api_key'

const BEARER = /^Bearer ([\w.-]{1,400})$/i

/**
 * Authenticates programs by `Authorization: Bearer cpt_…`, checks that the key carries the
 * scope of the operation and sets the key's workspace.
 */
export default class ApiKeyMiddleware {
  async handle(ctx: HttpContext, next: NextFn, options: { scope: string }) {
    const secret = BEARER.exec(ctx.request.header('authorization') ?? '')?.[1]
    const key = secret ? await verifyApiKey(secret) : null
    if (!key) {
      ctx.response.header('WWW-Authenticate', 'Bearer')
      throw new authErrors.E_UNAUTHORIZED_ACCESS('A valid API key is needed', {
        guardDriverName: 'access_tokens',
      })
    }
    const allowed =
      options.scope === BASE_SCOPE ||
      key.scopes.includes(FULL_SCOPE) ||
      key.scopes.includes(options.scope)
    if (!allowed) {
      throw Object.assign(
        new httpErrors.E_HTTP_EXCEPTION(`This API key lacks the scope ${options.scope}.`),
        { status: 403 }
      )
    }
    ctx.workspace = key.workspace
    ctx.apiKey = { id: key.id, name: key.name, scopes: key.scopes }
    return next()
  }
}

declare module '@adonisjs/core/http' {
  export interface HttpContext {
    /** The key behind this request; only behind the `apiKey` middleware. */
    apiKey: { id: number; name: string; scopes: string[] }
  }
}
