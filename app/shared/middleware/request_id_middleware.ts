import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { randomUUID } from 'node:crypto'

/**
 * Every answer names its request, so that a person can quote it and the log be searched. An id
 * that comes from outside (a proxy's) is kept when it is harmless in a log.
 */
export default class RequestIdMiddleware {
  handle(ctx: HttpContext, next: NextFn) {
    const { headers } = ctx.request.request
    const given = headers['x-request-id']
    if (typeof given !== 'string' || !/^[\w.:-]{1,100}$/.test(given)) {
      headers['x-request-id'] = randomUUID()
      ctx.logger = ctx.logger.child({ request_id: headers['x-request-id'] })
    }
    ctx.response.header('X-Request-Id', ctx.request.id()!)
    return next()
  }
}
