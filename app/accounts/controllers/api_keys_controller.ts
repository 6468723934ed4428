import type { HttpContext } from '@adonisjs/core/http'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import {
  FULL_SCOPE,
  createApiKey,
  grantableScopes,
  listApiKeys,
  revokeApiKey,
} from '#app/accounts/services/api_keys'
import { apiKeyValidator } from '#app/accounts/validators/settings_validators'

const PAGE = '/settings/keys'

export default class ApiKeysController {
  async index({ view, workspace, response }: HttpContext) {
    response.header('Cache-Control', 'no-store')
    return view.render('accounts/settings/api_keys', {
      keys: await listApiKeys(workspace.id),
      scopes: grantableScopes(),
    })
  }

  /** The secret is part of this one answer and of nothing that is kept. */
  async store({ request, response, view, workspace, user, session, i18n }: HttpContext) {
    const input = await request.validateUsing(apiKeyValidator)
    const known = new Set(grantableScopes().map(({ scope }) => scope))
    const chosen = (input.scopes ?? []).filter((scope) => known.has(scope))
    if (input.access === 'chosen' && chosen.length === 0) {
      session.flashExcept(['_csrf'])
      session.flash('error', i18n.t('accounts.keys.no_scope'))
      return response.redirect(PAGE)
    }
    const secret = await createApiKey({
      workspace,
      creator: user,
      name: input.name,
      scopes: input.access === 'full' ? [FULL_SCOPE] : chosen,
      expiresInDays: input.expiry === 'never' ? null : Number(input.expiry),
    })
    response.header('Cache-Control', 'no-store')
    return view.render('accounts/settings/api_keys', {
      keys: await listApiKeys(workspace.id),
      scopes: grantableScopes(),
      secret,
    })
  }

  async destroy({ params, workspace, user, response, session, i18n }: HttpContext) {
    const keyId = Number(params.id)
    const revoked = await revokeApiKey({ workspaceId: workspace.id, actorId: user.id, keyId })
    if (!revoked) throw new E_NOT_FOUND()
    session.flash('success', i18n.t('accounts.keys.revoked'))
    return response.redirect(PAGE)
  }
}
