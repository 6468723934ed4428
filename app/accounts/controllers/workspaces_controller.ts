import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { OpenWorkspace } from '#app/accounts/services/open_workspace'
import { recordAudit } from '#app/accounts/services/record_audit'
import { countAttempt } from '#app/accounts/services/attempt_limits'
import { addressKey } from '#shared/http/address_key'
import { chooseWorkspace } from '#app/accounts/services/session'
import { tooMany } from '#app/accounts/services/too_many'
import { newWorkspaceValidator } from '#app/accounts/validators/settings_validators'

export default class WorkspacesController {
  create({ view }: HttpContext) {
    return view.render('accounts/new_workspace')
  }

  async store(ctx: HttpContext) {
    const input = await ctx.request.validateUsing(newWorkspaceValidator)
    const allowed = await countAttempt([['signUpByAddress', addressKey(ctx.request.ip())]])
    if (!allowed.ok) return tooMany(ctx, allowed.retryAfterSeconds)

    const workspace = await db.transaction(async (trx) => {
      const details = { ...input, locale: ctx.i18n.locale }
      const opened = await new OpenWorkspace().addWorkspace(ctx.user, details, trx)
      const action = 'accounts.workspace_opened'
      await recordAudit({ workspaceId: opened.id, actorId: ctx.user.id, action }, trx)
      return opened
    })
    chooseWorkspace(ctx, workspace.id)
    return ctx.response.redirect('/')
  }

  /** Only among the person's own: any other id looks as if it did not exist. */
  async switch(ctx: HttpContext) {
    const own = ctx.user.memberships.find((place) => place.workspaceId === ctx.params.id)
    if (!own) throw new E_NOT_FOUND()
    chooseWorkspace(ctx, own.workspaceId)
    return ctx.response.redirect('/')
  }
}
