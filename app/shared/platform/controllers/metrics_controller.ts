import type { HttpContext } from '@adonisjs/core/http'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { mayReadMetrics } from '#shared/platform/metrics/access'
import { collectProcessMetrics, registry } from '#shared/platform/metrics/registry'

export default class MetricsController {
  async show(ctx: HttpContext) {
    if (!mayReadMetrics(ctx)) throw new E_NOT_FOUND()
    collectProcessMetrics()
    ctx.response.header('Content-Type', registry.contentType)
    ctx.response.header('Cache-Control', 'no-store')
    return ctx.response.send(await registry.metrics())
  }
}
