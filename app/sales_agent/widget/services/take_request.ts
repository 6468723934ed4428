import type { HttpContext } from '@adonisjs/core/http'
import limiter from '@adonisjs/limiter/services/main'
import { E_RATE_LIMITED } from '#shared/exceptions/errors'
import { addressKey } from '#shared/http/address_key'
import { widgetLimits } from '#app/sales_agent/widget/limits'
import type { Visitor } from './visitor_token.js'

/**
 * Counts a request against its address, its visitor and its key.
 *
 * @throws E_RATE_LIMITED with the seconds to wait
 */
export async function takeWidgetRequest(
  { request }: HttpContext,
  key: string,
  visitor: Visitor | null
): Promise<void> {
  const writes = request.method() === 'POST'
  const subjects: [name: string, requests: number][] = writes
    ? [
        [`address:${addressKey(request.ip())}`, widgetLimits.perAddress],
        [`key:${key}`, widgetLimits.perKey],
        ...(visitor
          ? [[`visitor:${visitor.visitorId}`, widgetLimits.perVisitor] as [string, number]]
          : []),
      ]
    : [[`poll:${visitor?.visitorId ?? addressKey(request.ip())}`, widgetLimits.pollsPerVisitor]]
  for (const [subject, requests] of subjects) {
    const counter = limiter.use({ requests, duration: 60 })
    const { consumed, availableIn } = await counter.increment(`widget:${subject}`)
    if (consumed > requests) {
      throw Object.assign(new E_RATE_LIMITED(), { retryAfterSeconds: availableIn })
    }
  }
}
