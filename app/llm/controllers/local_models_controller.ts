import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { localModel } from '#app/llm/local/local_model'
import { LOCAL_USES, stopUsingLocalModel, useLocalModel } from '#app/llm/local/local_models'

const chooseValidator = vine.create({
  path: vine.string().trim().maxLength(4_096),
  name: vine.string().trim().maxLength(100).optional(),
  use: vine.enum(LOCAL_USES),
})

/** The model that the box runs itself: chosen by its operator, for every workspace. */
export default class LocalModelsController {
  async store({ i18n, request, response, session, user, workspace }: HttpContext) {
    const { path, name, use } = await request.validateUsing(chooseValidator)
    const chosen = await useLocalModel({
      ...{ path, use, name: name || path.split(/[\\/]/).at(-1)! },
      by: { workspaceId: workspace.id, userId: user.id },
    })
    session.flash(
      chosen.ok ? 'success' : 'error',
      i18n.t(chosen.ok ? 'llm.local.chosen' : `llm.local.${chosen.reason}`)
    )
    return response.redirect().toRoute('llm.models.index')
  }

  async destroy({ i18n, response, session }: HttpContext) {
    await stopUsingLocalModel()
    await localModel().stop()
    session.flash('success', i18n.t('llm.local.stopped'))
    return response.redirect().toRoute('llm.models.index')
  }
}
