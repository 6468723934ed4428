import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import { recordAudit } from '#accounts'
import { jobs } from '#shared/jobs/jobs'
import { LOAD_DEMO } from '#app/demo/jobs/load_demo_job'

/** The first-run page's button "load a real catalogue". */
export default class DemoController {
  async load({ workspace, user, response, session, i18n }: HttpContext) {
    if (await isLoaded(workspace.id)) {
      session.flash('info', i18n.t('demo.already_loaded'))
      return response.redirect('/')
    }
    await jobs.enqueue(
      LOAD_DEMO,
      { workspaceId: workspace.id, userId: user.id },
      { singletonKey: workspace.id }
    )
    await recordAudit({ workspaceId: workspace.id, actorId: user.id, action: 'demo.load' })
    return response.redirect('/demo/loading')
  }

  /** Waits with the reader; the page asks again every second until everything is there. */
  async loading({ workspace, request, response, view }: HttpContext) {
    const loaded = await isLoaded(workspace.id)
    if (request.header('HX-Request')) {
      if (!loaded) return response.noContent()
      return response.header('HX-Redirect', '/').send('')
    }
    return loaded ? response.redirect('/') : view.render('demo/loading')
  }
}

async function isLoaded(workspaceId: string): Promise<boolean> {
  return Boolean(await db.from('demo_loads').where({ workspace_id: workspaceId }).first())
}
