import type { HttpContext } from '@adonisjs/core/http'
import { googleEnabled } from '#config/ally'
import { closeSession, openSession, takeIntended } from '#app/accounts/services/session'
import { SignIn } from '#app/accounts/services/sign_in'
import { tooMany } from '#app/accounts/services/too_many'
import { signInValidator } from '#app/accounts/validators/session_validators'

export default class SessionController {
  create({ view, request }: HttpContext) {
    const email = request.input('email')
    return view.render('accounts/sign_in', {
      googleEnabled: googleEnabled(),
      email: typeof email === 'string' ? email.slice(0, 254) : '',
    })
  }

  async store(ctx: HttpContext) {
    const input = await ctx.request.validateUsing(signInValidator)
    const outcome = await new SignIn().handle({ ...input, address: ctx.request.ip() })
    if (outcome.ok) {
      const path = takeIntended(ctx)
      await openSession(ctx, outcome.user)
      return ctx.response.redirect(path)
    }
    if (outcome.reason === 'too_many') return tooMany(ctx, outcome.retryAfterSeconds)
    ctx.session.flashExcept(['password', '_csrf'])
    ctx.session.flash('error', ctx.i18n.t('accounts.sign_in.wrong'))
    return ctx.response.redirect('/login')
  }

  async destroy(ctx: HttpContext) {
    await closeSession(ctx)
    return ctx.response.redirect('/login')
  }
}
