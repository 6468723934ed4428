import { errors as httpErrors } from '@adonisjs/core/http'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { isOperator } from '#app/accounts/services/is_operator'

/** Stops everybody but the operator of the box. */
export default class OperatorMiddleware {
  handle(ctx: HttpContext, next: NextFn) {
    if (isOperator(ctx.user)) return next()
    throw Object.assign(new httpErrors.E_HTTP_EXCEPTION('Forbidden'), { status: 403 })
  }
}
