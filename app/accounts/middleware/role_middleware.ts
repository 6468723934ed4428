import { errors as httpErrors } from '@adonisjs/core/http'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { roleAllows, type Role } from '#app/accounts/roles'

/** Stops members whose role is below the one that the route needs. */
export default class RoleMiddleware {
  handle(ctx: HttpContext, next: NextFn, required: Role) {
    if (roleAllows(ctx.role, required)) return next()
    throw Object.assign(new httpErrors.E_HTTP_EXCEPTION('Forbidden'), { status: 403 })
  }
}
