import emitter from '@adonisjs/core/services/emitter'
import type { HttpContext } from '@adonisjs/core/http'
import { httpDuration } from '#shared/platform/metrics/registry'

/** Probes and scrapes come every few seconds and would drown the rest, as would the assets. */
const QUIET = new Set(['/health/live', '/health/ready', '/metrics', 'none'])

/**
 * One log line and one measurement per request. The line names the route's pattern, never the
 * address itself: addresses carry tokens, and query strings what people searched for.
 */
export function observeRequests(): void {
  emitter.on('http:request_completed', ({ ctx, duration }) => {
    const seconds = duration[0] + duration[1] / 1e9
    const route = ctx.route?.pattern ?? 'none'
    const status = ctx.response.response.statusCode
    httpDuration.observe({ method: ctx.request.method(), route, status }, seconds)

    const level =
      status >= 500 && status !== 503
        ? 'error'
        : QUIET.has(route) && status < 400
          ? 'debug'
          : 'info'
    ctx.logger[level](lineOf(ctx, route, status, seconds), 'request')
  })
}

function lineOf(ctx: HttpContext, route: string, status: number, seconds: number) {
  return {
    method: ctx.request.method(),
    route,
    status,
    ms: Math.round(seconds * 10_000) / 10,
    workspace_id: ctx.workspace?.id,
    user_id: ctx.user?.id,
  }
}
