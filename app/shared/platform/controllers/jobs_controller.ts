import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { jobs, type JobOwner } from '#shared/jobs/jobs'

const SHOWN = 100

/** Background jobs of the workspace: what waits, what failed and why, and another attempt. */
export default class JobsController {
  async index(ctx: HttpContext) {
    const query = { owners: await ownersFor(ctx), limit: SHOWN }
    const [failed, pending, counts] = await Promise.all([
      jobs.failed(query),
      jobs.pending(query),
      jobs.counts(query),
    ])
    return ctx.view.render('shared/api/jobs', { failed, pending, counts })
  }

  async retry(ctx: HttpContext) {
    const job = await this.#failed(ctx)
    await jobs.retry(job.name, job.id)
    ctx.session.flash('success', ctx.i18n.t('api.jobs.retried'))
    return ctx.response.redirect('/settings/jobs')
  }

  async dismiss(ctx: HttpContext) {
    const job = await this.#failed(ctx)
    await jobs.dismiss(job.name, job.id)
    ctx.session.flash('success', ctx.i18n.t('api.jobs.dismissed'))
    return ctx.response.redirect('/settings/jobs')
  }

  async cancel(ctx: HttpContext) {
    const [job] = await jobs.pending({ owners: await ownersFor(ctx), id: String(ctx.params.id) })
    if (!job) throw new E_NOT_FOUND()
    await jobs.cancel(job.name, job.id)
    ctx.session.flash('success', ctx.i18n.t('api.jobs.cancelled'))
    return ctx.response.redirect('/settings/jobs')
  }

  async #failed(ctx: HttpContext) {
    const [job] = await jobs.failed({ owners: await ownersFor(ctx), id: String(ctx.params.id) })
    if (!job) throw new E_NOT_FOUND()
    return job
  }
}

/**
 * The workspace's own jobs. Those of the box itself (schedules and the like) are shown as well
 * where there is only one business on it: with several, nobody of them runs the box.
 */
async function ownersFor(ctx: HttpContext): Promise<JobOwner[]> {
  const others = await db.from('workspaces').whereNot('id', ctx.workspace.id).select('id').limit(1)
  return others.length === 0 ? [ctx.workspace.id, null] : [ctx.workspace.id]
}
