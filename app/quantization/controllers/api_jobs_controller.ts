import type { HttpContext } from '@adonisjs/core/http'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { openEventStream } from '#shared/http/event_stream'
import { actorOf } from '#app/quantization/controllers/actor_of'
import { jobRowShape, jobShape } from '#app/quantization/controllers/api_shapes'
import { startProblem } from '#app/quantization/controllers/refuse_start'
import { grantDownload, revokeDownload } from '#app/quantization/downloads/grant_download'
import { E_JOB_IS_OVER, E_METHOD_NOT_POSSIBLE, E_NO_RESULT } from '#app/quantization/errors'
import { findJob } from '#app/quantization/queries/find_job'
import { listJobs } from '#app/quantization/queries/list_jobs'
import { cancel } from '#app/quantization/services/end_job'
import { StartJob, type StartJobInput } from '#app/quantization/services/start_job'
import { watchJob } from '#app/quantization/services/watch_job'
import { jobBody, jobsQuery, rerunBody } from '#app/quantization/validators/api_validators'
import { badPatterns, optionsOf } from '#app/quantization/validators/job_options'

export default class ApiJobsController {
  async index({ workspace, request }: HttpContext) {
    const filters = await request.validateUsing(jobsQuery, { data: request.qs() })
    const page = await listJobs(workspace.id, filters)
    return { data: page.items.map(jobRowShape), nextCursor: page.nextCursor }
  }

  async store(ctx: HttpContext) {
    const {
      modelId,
      method,
      options = {},
      calibrationText,
    } = await ctx.request.validateUsing(jobBody)
    this.#checkPatterns(options)
    return this.#start(ctx, {
      modelId,
      method,
      options: optionsOf(method, options),
      calibrationText,
    })
  }

  /** The same again, with what is given changed. */
  async rerun(ctx: HttpContext) {
    const before = await findJob(ctx.workspace.id, ctx.params.id)
    const change = await ctx.request.validateUsing(rerunBody)
    const method = change.method ?? before.method
    this.#checkPatterns(change.options ?? {})
    return this.#start(ctx, {
      modelId: before.modelId,
      method,
      options: optionsOf(method, { ...before.options, ...change.options }),
      calibrationText: change.calibrationText,
      rerunOf: before.id,
    })
  }

  async show({ workspace, params }: HttpContext) {
    return jobShape(await findJob(workspace.id, params.id))
  }

  /** Cancels a job that is waiting or at work. */
  async destroy({ workspace, params }: HttpContext) {
    const job = await findJob(workspace.id, params.id)
    if (!(await cancel(job))) {
      const { state } = await findJob(workspace.id, params.id)
      throw new E_JOB_IS_OVER([state])
    }
    return jobShape(await findJob(workspace.id, params.id))
  }

  /** The job whenever it changes, until it is over. */
  async events(ctx: HttpContext) {
    const { workspace, params } = ctx
    await findJob(workspace.id, params.id)
    const stream = openEventStream(ctx)
    const stop = watchJob(workspace.id, params.id, async (job) => {
      stream.send(jobRowShape(job), job.isOver ? 'done' : 'progress')
      if (job.isOver) stream.close()
    })
    stream.onClose(stop)
  }

  async download(ctx: HttpContext) {
    const granted = await grantDownload(ctx.workspace.id, ctx.params.id, actorOf(ctx))
    if (granted.ok) return ctx.response.created(granted.links)
    throw granted.reason === 'no_result' ? new E_NO_RESULT() : new E_NOT_FOUND()
  }

  async revoke({ workspace, params, response }: HttpContext) {
    const revoked = await revokeDownload(workspace.id, params.id, params.downloadId)
    if (!revoked) throw new E_NOT_FOUND()
    return response.noContent()
  }

  #checkPatterns(options: { overrides?: { pattern: string; type: string }[] }): void {
    const [bad] = badPatterns(options)
    if (bad) throw new E_METHOD_NOT_POSSIBLE([`"${bad}" is not a regular expression.`])
  }

  async #start(ctx: HttpContext, input: Omit<StartJobInput, 'workspaceId' | 'actor'>) {
    const started = await new StartJob().handle({
      ...input,
      workspaceId: ctx.workspace.id,
      actor: actorOf(ctx),
    })
    if (!started.ok) throw startProblem(started, input.method)
    return ctx.response.created(jobShape(await findJob(ctx.workspace.id, started.job.id)))
  }
}
