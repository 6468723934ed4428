import type { HttpContext } from '@adonisjs/core/http'
import { smtpEnabled } from '#config/mail'
import { countAttempt } from '#app/accounts/services/attempt_limits'
import { addressKey } from '#shared/http/address_key'
import { RequestPasswordReset } from '#app/accounts/services/request_password_reset'
import { ResetPassword } from '#app/accounts/services/reset_password'
import { tooMany } from '#app/accounts/services/too_many'
import {
  forgotPasswordValidator,
  resetPasswordValidator,
} from '#app/accounts/validators/session_validators'

export default class PasswordResetController {
  create({ view }: HttpContext) {
    return view.render('accounts/forgot_password')
  }

  async store(ctx: HttpContext) {
    const { email } = await ctx.request.validateUsing(forgotPasswordValidator)
    const outcome = await new RequestPasswordReset().handle({ email, address: ctx.request.ip() })
    if (!outcome.ok) return tooMany(ctx, outcome.retryAfterSeconds)
    const key = smtpEnabled() ? 'accounts.forgot.sent' : 'accounts.forgot.sent_to_terminal'
    ctx.session.flash('info', ctx.i18n.t(key))
    return ctx.response.redirect('/forgot-password')
  }

  async edit(ctx: HttpContext) {
    // The address of this page is a secret: it is told to nobody.
    ctx.response.header('Referrer-Policy', 'no-referrer').header('Cache-Control', 'no-store')
    const token = String(ctx.params.token)
    if (!(await new ResetPassword().isOpen(token))) return this.#closed(ctx)
    return ctx.view.render('accounts/reset_password', { token })
  }

  async update(ctx: HttpContext) {
    const allowed = await countAttempt([['tokenByAddress', addressKey(ctx.request.ip())]])
    if (!allowed.ok) return tooMany(ctx, allowed.retryAfterSeconds)
    const token = String(ctx.params.token)
    const result = await ctx.request.tryValidateUsing(resetPasswordValidator)
    const [error, input] = result
    if (error) {
      ctx.session.flashValidationErrors(error as never)
      return ctx.response.redirect(`/reset-password/${encodeURIComponent(token)}`)
    }
    const outcome = await new ResetPassword().handle({ token, password: input.password })
    if (!outcome.ok) return this.#closed(ctx)
    ctx.session.flash('success', ctx.i18n.t('accounts.reset.done'))
    return ctx.response.redirect('/login')
  }

  #closed(ctx: HttpContext) {
    ctx.response.status(410)
    return ctx.view.render('accounts/reset_closed')
  }
}
