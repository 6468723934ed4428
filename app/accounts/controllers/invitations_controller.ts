import type { HttpContext } from '@adonisjs/core/http'
import type User from '#app/accounts/models/user'
import {
  AcceptInvitation,
  type AcceptFailure,
  type NewPerson,
} from '#app/accounts/services/accept_invitation'
import { countAttempt } from '#app/accounts/services/attempt_limits'
import { addressKey } from '#shared/http/address_key'
import { findInvitation } from '#app/accounts/services/find_invitation'
import {
  chooseWorkspace,
  openSession,
  rememberPath,
  signedInUser,
} from '#app/accounts/services/session'
import { tooMany } from '#app/accounts/services/too_many'
import { acceptInvitationValidator } from '#app/accounts/validators/settings_validators'
import { googleEnabled } from '#config/ally'

export default class InvitationsController {
  async show(ctx: HttpContext) {
    ctx.response.header('Referrer-Policy', 'no-referrer').header('Cache-Control', 'no-store')
    const token = String(ctx.params.token)
    const invitation = await findInvitation(token)
    if (!invitation) return this.#closed(ctx)

    const user = await signedInUser(ctx)
    // Whoever signs in first comes back here.
    if (!user) rememberPath(ctx, this.#path(token))
    return ctx.view.render('accounts/invitation', {
      invitation,
      token,
      person: user,
      isInvited: user?.email.toLowerCase() === invitation.email.toLowerCase(),
      googleEnabled: googleEnabled(),
    })
  }

  async accept(ctx: HttpContext) {
    const allowed = await countAttempt([['tokenByAddress', addressKey(ctx.request.ip())]])
    if (!allowed.ok) return tooMany(ctx, allowed.retryAfterSeconds)

    const token = String(ctx.params.token)
    const who = await this.#who(ctx)
    if (!who) return ctx.response.redirect(this.#path(token))

    const outcome = await new AcceptInvitation().handle(token, who)
    if (!outcome.ok) return this.#refuse(ctx, token, outcome.reason)
    if ('newPerson' in who) await openSession(ctx, outcome.user)
    chooseWorkspace(ctx, outcome.workspaceId)
    return ctx.response.redirect('/')
  }

  async #who(ctx: HttpContext): Promise<{ user: User } | { newPerson: NewPerson } | null> {
    const user = await signedInUser(ctx)
    if (user) return { user }
    const [error, input] = await ctx.request.tryValidateUsing(acceptInvitationValidator)
    if (error) {
      ctx.session.flashValidationErrors(error as never)
      return null
    }
    const fullName = input.fullName || null
    return { newPerson: { password: input.password, fullName, locale: ctx.i18n.locale } }
  }

  #refuse(ctx: HttpContext, token: string, reason: AcceptFailure['reason']) {
    if (reason === 'link_not_open') return this.#closed(ctx)
    ctx.session.flash('error', ctx.i18n.t(`accounts.invitation.errors.${reason}`))
    return ctx.response.redirect(this.#path(token))
  }

  #closed(ctx: HttpContext) {
    ctx.response.status(410)
    return ctx.view.render('accounts/invitation_closed')
  }

  #path(token: string): string {
    return `/invitations/${encodeURIComponent(token)}`
  }
}
