import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import limiter from '@adonisjs/limiter/services/main'
import env from '#start/env'
import { E_RATE_LIMITED } from '#shared/exceptions/errors'

/** Requests per minute and key when `API_RATE_LIMIT` does not say; 0 switches the limit off. */
const DEFAULT_REQUESTS = 600
const WINDOW_SECONDS = 60

/**
 * Limits every API key by itself: two keys of one workspace do not use up each other's limit. Tells
 * how much is left (the three fields of draft-ietf-httpapi-ratelimit-headers-06, which clients
 * widely read).
 */
export default class ApiLimitMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    const requests = env.get('API_RATE_LIMIT') ?? DEFAULT_REQUESTS
    if (requests <= 0) return next()

    const counter = limiter.use({ requests, duration: WINDOW_SECONDS })
    const { consumed, remaining, availableIn } = await counter.increment(`api:${ctx.apiKey.id}`)
    ctx.response.header('RateLimit-Limit', String(requests))
    ctx.response.header('RateLimit-Remaining', String(Math.max(0, remaining)))
    ctx.response.header('RateLimit-Reset', String(availableIn))
    if (consumed > requests) {
      throw Object.assign(new E_RATE_LIMITED(), { retryAfterSeconds: availableIn })
    }
    return next()
  }
}
