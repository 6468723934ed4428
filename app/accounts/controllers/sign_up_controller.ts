import type { HttpContext } from '@adonisjs/core/http'
import { googleEnabled } from '#config/ally'
import { countAttempt } from '#app/accounts/services/attempt_limits'
import { addressKey } from '#shared/http/address_key'
import { openSession } from '#app/accounts/services/session'
import { SignUp } from '#app/accounts/services/sign_up'
import { signUpIsOpen } from '#app/accounts/services/sign_up_policy'
import { tooMany } from '#app/accounts/services/too_many'
import { signUpValidator } from '#app/accounts/validators/session_validators'

export default class SignUpController {
  async create(ctx: HttpContext) {
    if (!(await signUpIsOpen())) return this.#closed(ctx)
    return ctx.view.render('accounts/sign_up', { googleEnabled: googleEnabled() })
  }

  async store(ctx: HttpContext) {
    if (!(await signUpIsOpen())) return this.#closed(ctx)
    const input = await ctx.request.validateUsing(signUpValidator)
    const allowed = await countAttempt([['signUpByAddress', addressKey(ctx.request.ip())]])
    if (!allowed.ok) return tooMany(ctx, allowed.retryAfterSeconds)

    const outcome = await new SignUp().handle({ ...input, locale: ctx.i18n.locale })
    if (outcome.ok) {
      await openSession(ctx, outcome.user)
      return ctx.response.redirect('/')
    }
    ctx.session.flashExcept(['password', '_csrf'])
    ctx.session.flash('emailTaken', input.email)
    return ctx.response.redirect('/signup')
  }

  #closed({ response, view }: HttpContext) {
    response.status(403)
    return view.render('accounts/sign_up_closed')
  }
}
