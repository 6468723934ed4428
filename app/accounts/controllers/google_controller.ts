import type { HttpContext } from '@adonisjs/core/http'
import { googleEnabled } from '#config/ally'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { openSession, takeIntended } from '#app/accounts/services/session'
import { SignInWithGoogle } from '#app/accounts/services/sign_in_with_google'

export default class GoogleController {
  redirect({ ally }: HttpContext) {
    if (!googleEnabled()) throw new E_NOT_FOUND()
    return ally.use('google').redirect()
  }

  async callback(ctx: HttpContext) {
    if (!googleEnabled()) throw new E_NOT_FOUND()
    const google = ctx.ally.use('google')
    if (google.accessDenied()) return this.#back(ctx, 'accounts.google_errors.denied')
    if (google.stateMisMatch() || google.hasError()) {
      return this.#back(ctx, 'accounts.google_errors.failed')
    }
    const profile = await google.user().catch((error) => {
      ctx.logger.warn({ err: error }, 'google sign-in failed')
      return null
    })
    if (!profile) return this.#back(ctx, 'accounts.google_errors.failed')

    const path = takeIntended(ctx)
    const outcome = await new SignInWithGoogle().handle({
      profile: {
        id: String(profile.id),
        email: profile.email,
        emailVerified: profile.emailVerificationState === 'verified',
        name: profile.name,
      },
      locale: ctx.i18n.locale,
      workspaceName: ctx.i18n.t('accounts.default_workspace_name', {
        name: profile.name?.slice(0, 60) ?? profile.email?.split('@')[0] ?? '',
      }),
      invited: path.startsWith('/invitations/'),
    })
    if (!outcome.ok) return this.#back(ctx, `accounts.google_errors.${outcome.reason}`)
    await openSession(ctx, outcome.user)
    return ctx.response.redirect(path)
  }

  #back(ctx: HttpContext, key: string) {
    ctx.session.flash('error', ctx.i18n.t(key))
    return ctx.response.redirect('/login')
  }
}
