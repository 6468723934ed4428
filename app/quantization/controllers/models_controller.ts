import type { HttpContext } from '@adonisjs/core/http'
import { isOperator } from '#accounts'
import { gpu } from '#shared/gpu/gpu'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { wallet } from '#wallet'
import { limits } from '#config/quantization'
import { actorOf } from '#app/quantization/controllers/actor_of'
import QuantizationJob from '#app/quantization/models/quantization_job'
import type QuantizationModel from '#app/quantization/models/quantization_model'
import { countJobs, listJobs } from '#app/quantization/queries/list_jobs'
import { findModel, listModels } from '#app/quantization/queries/list_models'
import { deleteModel } from '#app/quantization/services/delete_model'
import { planAccess } from '#app/quantization/services/plan_access'
import { RegisterModel, type ModelSource } from '#app/quantization/services/register_model'
import { freeDiskBytes } from '#app/quantization/storage/free_disk'
import { addModelForm, modelsPage } from '#app/quantization/validators/page_validators'
import { choiceOf } from '#app/quantization/view/labels'
import { presentInspection } from '#app/quantization/view/model_page'

/** Rows of the tensor table on the page; the API has them all. */
const SHOWN_TENSORS = 200

export default class ModelsController {
  async index({ request, view, workspace }: HttpContext) {
    const filters = await request.validateUsing(modelsPage, { data: request.qs() })
    const q = filters.q ?? undefined
    const [page, counts, summary] = await Promise.all([
      listModels(workspace.id, { ...filters, q, limit: 25 }),
      countJobs(workspace.id),
      wallet.summary(workspace.id),
    ])
    const next = page.nextCursor
      ? `?${new URLSearchParams({ ...(q ? { q } : {}), cursor: page.nextCursor })}`
      : null
    return view.render('quantization/models/index', {
      models: page.items,
      next,
      filters,
      counts,
      credits: summary.quantizationCredits,
      gpu: gpu.status(),
    })
  }

  async create({ view, user }: HttpContext) {
    return view.render('quantization/models/new', {
      freeBytes: await freeDiskBytes(),
      maxBytes: limits.modelBytes,
      mayNamePath: isOperator(user),
    })
  }

  async store(ctx: HttpContext) {
    const { request, response, session, i18n, workspace } = ctx
    const form = await request.validateUsing(addModelForm)
    const source = this.#sourceOf(ctx, form)
    if (!source) {
      session.flash('error', i18n.t('quantization.add.nothing'))
      return response.redirect('/quantization/models/new')
    }
    const registered = await new RegisterModel().handle({
      workspaceId: workspace.id,
      source,
      name: form.name ?? undefined,
      actor: actorOf(ctx),
    })
    if (registered.ok) return response.redirect(`/quantization/models/${registered.model.id}`)
    session.flash('error', i18n.t(`quantization.add.${registered.reason}`))
    return response.redirect('/quantization/models/new')
  }

  async show(ctx: HttpContext) {
    const { request, response, view, workspace, i18n } = ctx
    const model = await this.#find(ctx)
    const partial = request.header('hx-target')?.endsWith('model-state') ?? false
    const reading = model.state === 'reading' || model.state === 'fetching'
    // The whole page has changed: its head and its actions too.
    if (partial && !reading) return response.header('HX-Refresh', 'true').send('')
    const [access, page, before] = await Promise.all([
      planAccess(workspace.id),
      listJobs(workspace.id, { modelId: model.id, limit: 20 }),
      this.#before(ctx, model),
    ])
    const shown = model.inspection ? presentInspection(model.inspection, access, i18n) : null
    return view.render(partial ? 'quantization/models/state' : 'quantization/models/show', {
      model,
      shown,
      jobs: page.items,
      access,
      before,
      chosen: before ? choiceOf(before) : (shown?.best?.value ?? null),
      tensors: model.inspection?.tensors.slice(0, SHOWN_TENSORS) ?? [],
      reading,
    })
  }

  async destroy(ctx: HttpContext) {
    const deleted = await deleteModel(ctx.workspace.id, ctx.params.id, actorOf(ctx))
    if (!deleted) throw new E_NOT_FOUND()
    ctx.session.flash('success', ctx.i18n.t('quantization.model.deleted'))
    return ctx.response.redirect('/quantization')
  }

  async #find({ params, workspace }: HttpContext): Promise<QuantizationModel> {
    const model = await findModel(workspace.id, params.id)
    if (!model) throw new E_NOT_FOUND()
    return model
  }

  /** The job whose choices fill the form, for "run again with changes". */
  async #before({ request, workspace }: HttpContext, model: QuantizationModel) {
    const id: unknown = request.qs().rerun
    if (typeof id !== 'string' || !/^[\da-f-]{36}$/i.test(id)) return null
    return QuantizationJob.in(workspace.id).where({ id, modelId: model.id }).first()
  }

  #sourceOf(
    { user }: HttpContext,
    form: {
      uploads?: string[]
      repo?: string | null
      revision?: string | null
      path?: string | null
    }
  ): ModelSource | null {
    if (form.uploads?.length) return { kind: 'uploads', uploadIds: form.uploads }
    if (form.repo) return { kind: 'hub', repo: form.repo, revision: form.revision ?? 'main' }
    if (form.path?.startsWith('/') && isOperator(user)) return { kind: 'path', path: form.path }
    return null
  }
}
