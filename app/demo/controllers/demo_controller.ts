import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import { chooseWorkspace } from '#accounts'
import { OpenDemo } from '#app/demo/services/open_demo'

/** The first-run page's button "load a real catalogue". */
export default class DemoController {
  async load(ctx: HttpContext) {
    const { workspaceId } = await new OpenDemo().handle(ctx.user, ctx.i18n.locale)
    chooseWorkspace(ctx, workspaceId)
    return ctx.response.redirect('/demo/loading')
  }

  /** Waits with the reader; the page asks again every second until everything is there. */
  async loading({ workspace, request, response, view }: HttpContext) {
    const load = await db.from('demo_loads').where({ workspace_id: workspace.id }).first()
    const ready = !load || load.loaded_at !== null
    if (request.header('HX-Request')) {
      if (!ready) return response.noContent()
      return response.header('HX-Redirect', '/').send('')
    }
    return ready ? response.redirect('/') : view.render('demo/loading')
  }
}
