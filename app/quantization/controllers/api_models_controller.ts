import type { HttpContext } from '@adonisjs/core/http'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { limits } from '#config/quantization'
import { actorOf } from '#app/quantization/controllers/actor_of'
import { modelRowShape, modelShape } from '#app/quantization/controllers/api_shapes'
import { E_MODEL_TOO_LARGE, E_UPLOADS_UNUSABLE } from '#app/quantization/errors'
import { findModel, listModels } from '#app/quantization/queries/list_models'
import { deleteModel } from '#app/quantization/services/delete_model'
import { RegisterModel, type ModelSource } from '#app/quantization/services/register_model'
import { receiveBody } from '#app/quantization/uploads/receive_body'
import { modelBody, modelsQuery } from '#app/quantization/validators/api_validators'

export default class ApiModelsController {
  async index({ workspace, request }: HttpContext) {
    const filters = await request.validateUsing(modelsQuery, { data: request.qs() })
    const page = await listModels(workspace.id, filters)
    return { data: page.items.map(modelRowShape), nextCursor: page.nextCursor }
  }

  async store(ctx: HttpContext) {
    const { source, name } = await this.#sourceOf(ctx)
    const registered = await new RegisterModel().handle({
      workspaceId: ctx.workspace.id,
      source,
      name,
      actor: actorOf(ctx),
    })
    if (registered.ok) return ctx.response.created(modelShape(registered.model))
    if (registered.reason === 'uploads_unusable') throw new E_UPLOADS_UNUSABLE()
    throw new E_MODEL_TOO_LARGE([Math.round(limits.modelBytes / 1024 ** 3)])
  }

  async show({ workspace, params }: HttpContext) {
    const model = await findModel(workspace.id, params.id)
    if (!model) throw new E_NOT_FOUND()
    return modelShape(model)
  }

  async destroy(ctx: HttpContext) {
    const deleted = await deleteModel(ctx.workspace.id, ctx.params.id, actorOf(ctx))
    if (!deleted) throw new E_NOT_FOUND()
    return ctx.response.noContent()
  }

  /** JSON names uploads or a repository; everything else is the model itself. */
  async #sourceOf(ctx: HttpContext): Promise<{ source: ModelSource; name?: string }> {
    const { request } = ctx
    if (request.hasBody() && !request.is(['application/json'])) {
      return { source: { kind: 'uploads', uploadIds: await receiveBody(ctx) } }
    }
    const body = await request.validateUsing(modelBody)
    const name = body.name ?? undefined
    if (body.repo) {
      const revision = body.revision ?? 'main'
      return { source: { kind: 'hub', repo: body.repo, revision }, name }
    }
    return { source: { kind: 'uploads', uploadIds: body.uploads ?? [] }, name }
  }
}
