import type { HttpContext } from '@adonisjs/core/http'
import { ChangePassword, signOutEverywhere } from '#app/accounts/services/change_password'
import { LOCALE_COOKIE_OPTIONS } from '#app/accounts/locales'
import { renewSession } from '#app/accounts/services/session'
import { passwordValidator, profileValidator } from '#app/accounts/validators/settings_validators'

const PAGE = '/settings/profile'

export default class ProfileController {
  show({ view }: HttpContext) {
    return view.render('accounts/settings/profile')
  }

  async update(ctx: HttpContext) {
    const { fullName, locale } = await ctx.request.validateUsing(profileValidator)
    await ctx.user.merge({ fullName: fullName || null, locale }).save()
    ctx.response.plainCookie('locale', locale, LOCALE_COOKIE_OPTIONS)
    ctx.session.flash('success', ctx.i18n.t('accounts.saved'))
    return ctx.response.redirect(PAGE)
  }

  async updatePassword(ctx: HttpContext) {
    const [error, input] = await ctx.request.tryValidateUsing(passwordValidator)
    if (error) {
      ctx.session.flashValidationErrors(error as never, false)
      return ctx.response.redirect(PAGE)
    }
    const outcome = await new ChangePassword().handle({ user: ctx.user, ...input })
    if (outcome.ok) {
      renewSession(ctx, ctx.user)
      ctx.session.flash('success', ctx.i18n.t('accounts.profile.password_changed'))
    } else {
      const message = ctx.i18n.t('accounts.profile.wrong_password')
      ctx.session.flash('inputErrorsBag', { currentPassword: [message] })
    }
    return ctx.response.redirect(PAGE)
  }

  async signOutEverywhere(ctx: HttpContext) {
    await signOutEverywhere(ctx.user)
    renewSession(ctx, ctx.user)
    ctx.session.flash('success', ctx.i18n.t('accounts.profile.signed_out_everywhere'))
    return ctx.response.redirect(PAGE)
  }
}
