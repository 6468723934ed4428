import type { HttpContext } from '@adonisjs/core/http'
import { runChecks } from '#shared/platform/health/checks'

export default class HealthController {
  /** 200 when the box can do its work, else 503 with the reasons; for load balancers. */
  async ready({ response }: HttpContext) {
    const checks = await runChecks()
    const ready = checks.every(({ ok }) => ok)
    response.header('Cache-Control', 'no-store')
    response.status(ready ? 200 : 503)
    return response.json({ status: ready ? 'ready' : 'not_ready', checks })
  }
}
