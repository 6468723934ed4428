import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { isOperator } from '#accounts'
import { REQUEST_CLASSES } from '#wallet'
import {
  levelOf,
  technicalFigures,
  WINDOWS,
  type WindowName,
} from '#app/llm/dashboard/technical_figures'
import { candidatesOf } from '#app/llm/routing/candidates'
import { circuitOf } from '#app/llm/routing/health'

const validator = vine.create({
  window: vine.enum(Object.keys(WINDOWS) as WindowName[]).optional(),
  box: vine.boolean().optional(),
})

/** How the gateway is doing: of the workspace, or of the whole box for its operator. */
export default class TechnicalController {
  async index({ request, user, view, workspace }: HttpContext) {
    const { window = 'day', box = false } = await request.validateUsing(validator)
    const whole = box && isOperator(user)
    const figures = await technicalFigures(whole ? null : workspace.id, window)
    const candidates = new Map(
      REQUEST_CLASSES.flatMap((name) => candidatesOf(name)).map((one) => [one.key, one])
    )
    return view.render('llm/technical', {
      figures,
      window,
      whole,
      windows: Object.keys(WINDOWS),
      levels: {
        p90: levelOf('latencyMs', figures.p90),
        errors: levelOf('errors', figures.errors),
        cost: levelOf('costPerThousandNano', figures.costPerThousandNano),
        cacheHits: levelOf('cacheHits', figures.cacheHits),
        uptime: levelOf('uptime', figures.uptime),
      },
      circuits: [...candidates.values()].map(({ key, model, provider }) => ({
        ...{ model, provider: provider.name },
        ...circuitOf(key),
      })),
    })
  }
}
