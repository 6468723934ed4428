import type { HttpContext } from '@adonisjs/core/http'
import { isOperator } from '#accounts'
import { openEventStream } from '#shared/http/event_stream'
import { actorOf } from '#app/quantization/controllers/actor_of'
import { grantDownload, linksOf, revokeDownload } from '#app/quantization/downloads/grant_download'
import QuantizationDownload from '#app/quantization/models/quantization_download'
import QuantizationFile from '#app/quantization/models/quantization_file'
import type QuantizationJob from '#app/quantization/models/quantization_job'
import { JOB_STATES } from '#app/quantization/models/quantization_job'
import { savingsOf } from '#app/quantization/proof/savings'
import { findJob } from '#app/quantization/queries/find_job'
import { countJobs, listJobs } from '#app/quantization/queries/list_jobs'
import { canServeLocally, chooseAsLocalModel } from '#app/quantization/services/local_model'
import { cancel } from '#app/quantization/services/end_job'
import { StartJob } from '#app/quantization/services/start_job'
import { watchJob } from '#app/quantization/services/watch_job'
import { readSettings } from '#app/quantization/services/workspace_settings'
import { jobsPage, startJobForm } from '#app/quantization/validators/page_validators'
import { jobFromForm } from '#app/quantization/validators/job_from_form'
import { jobCharts, presentReason, samplesOf, sizeReduction } from '#app/quantization/view/job_page'
import { say } from '#app/quantization/view/say'

/** Rows of the tensor table on the page, those that changed most first. */
const SHOWN_TENSORS = 200

export default class JobsController {
  async index(ctx: HttpContext) {
    const { request, view, workspace } = ctx
    const filters = await request.validateUsing(jobsPage, { data: request.qs() })
    const [page, counts] = await Promise.all([
      listJobs(workspace.id, {
        q: filters.q ?? undefined,
        status: filters.status ?? undefined,
        method: filters.method ?? undefined,
        cursor: filters.cursor,
        limit: 50,
      }),
      countJobs(workspace.id),
    ])
    const { q, status, method } = filters
    const given = Object.entries({ q, status, method }).filter(([, value]) => value) as [
      string,
      string,
    ][]
    const next = page.nextCursor
      ? `?${new URLSearchParams([...given, ['cursor', page.nextCursor]])}`
      : null
    const partial = request.header('hx-target')?.endsWith('job-rows') ?? false
    return view.render(partial ? 'quantization/jobs/rows' : 'quantization/jobs/index', {
      jobs: page.items,
      counts,
      filters,
      next,
      query: request.parsedUrl.query ? `?${request.parsedUrl.query}` : '',
      states: JOB_STATES,
      live: counts.queued + counts.running > 0,
    })
  }

  /** Starts a job for a model; the form of the model's page. */
  async store(ctx: HttpContext) {
    const { request, response, session, i18n, workspace, params } = ctx
    const form = await request.validateUsing(startJobForm)
    const started = await new StartJob().handle({
      workspaceId: workspace.id,
      modelId: params.id,
      ...jobFromForm(form),
      actor: actorOf(ctx),
    })
    if (started.ok) return response.redirect(`/quantization/jobs/${started.job.id}`)
    const why = started.reason === 'not_possible' ? started.notes.map((one) => say(i18n, one)) : []
    session.flash('error', i18n.t(`quantization.refused.${started.reason}`, { why: why.join(' ') }))
    return response.redirect(`/quantization/models/${params.id}`)
  }

  async show(ctx: HttpContext) {
    const job = await findJob(ctx.workspace.id, ctx.params.id)
    return ctx.view.render('quantization/jobs/show', await this.#present(ctx, job))
  }

  /** The part of the page that changes while the job runs. */
  async live(ctx: HttpContext) {
    const job = await findJob(ctx.workspace.id, ctx.params.id)
    return ctx.view.render('quantization/jobs/live', { job })
  }

  async events(ctx: HttpContext) {
    const { workspace, params } = ctx
    await findJob(workspace.id, params.id)
    const stream = openEventStream(ctx)
    const stop = watchJob(workspace.id, params.id, async (job) => {
      stream.send({ state: job.state, progress: job.progress }, job.isOver ? 'done' : 'progress')
      if (job.isOver) stream.close()
    })
    stream.onClose(stop)
  }

  async cancel({ workspace, params, session, i18n, response }: HttpContext) {
    const job = await findJob(workspace.id, params.id)
    const cancelled = await cancel(job)
    session.flash(
      cancelled ? 'success' : 'info',
      i18n.t(cancelled ? 'quantization.job.cancelled' : 'quantization.job.was_over')
    )
    return response.redirect(`/quantization/jobs/${job.id}`)
  }

  async download(ctx: HttpContext) {
    const { workspace, params, session, i18n, response } = ctx
    const granted = await grantDownload(workspace.id, params.id, actorOf(ctx))
    if (!granted.ok) session.flash('error', i18n.t(`quantization.download.${granted.reason}`))
    return response.redirect(`/quantization/jobs/${params.id}#downloads`)
  }

  async revoke({ workspace, params, session, i18n, response }: HttpContext) {
    await revokeDownload(workspace.id, params.id, params.downloadId)
    session.flash('success', i18n.t('quantization.download.revoked'))
    return response.redirect(`/quantization/jobs/${params.id}#downloads`)
  }

  /** Makes a proved GGUF the model that this box answers with. For its operator only. */
  async local({ workspace, params, user, session, i18n, response }: HttpContext) {
    const job = await findJob(workspace.id, params.id)
    const chosen = await chooseAsLocalModel(job, user.id)
    session.flash(
      chosen ? 'success' : 'error',
      i18n.t(chosen ? 'quantization.local.chosen' : 'quantization.local.refused')
    )
    return response.redirect(`/quantization/jobs/${job.id}`)
  }

  async #present({ workspace, i18n, user }: HttpContext, job: QuantizationJob) {
    const { evaluation, result } = job
    const done = job.state === 'succeeded' && result
    const [files, grants, settings] = await Promise.all([
      QuantizationFile.in(workspace.id).where('jobId', job.id).orderBy('name'),
      QuantizationDownload.in(workspace.id)
        .where('jobId', job.id)
        .whereNull('revokedAt')
        .where('expiresAt', '>', new Date())
        .orderBy('id', 'desc')
        .limit(5),
      readSettings(workspace.id),
    ])
    const tensors = result?.tensors ?? []
    return {
      job,
      done: Boolean(done),
      files,
      links: await Promise.all(grants.map((grant) => linksOf(grant, job))),
      charts: done ? jobCharts(result, evaluation, i18n) : [],
      reasons: (job.verdictReasons ?? []).map((reason) => presentReason(reason, i18n)),
      mayUseLocally: isOperator(user) && canServeLocally(job),
      reduction: sizeReduction(job),
      samples: samplesOf(evaluation),
      savings: done ? savingsOf(evaluation ?? result, settings.savings) : null,
      settings,
      notes: [...(result?.notes ?? []), ...(evaluation?.notes ?? [])].map((one) => say(i18n, one)),
      tensors: [...tensors]
        .sort((a, b) => (b.relativeError ?? 0) - (a.relativeError ?? 0))
        .slice(0, SHOWN_TENSORS),
      tensorCount: tensors.length,
    }
  }
}
