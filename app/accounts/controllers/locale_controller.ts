import type { HttpContext } from '@adonisjs/core/http'
import { LOCALE_COOKIE_OPTIONS } from '#app/accounts/locales'
import { signedInUser } from '#app/accounts/services/session'
import { localeValidator } from '#app/accounts/validators/session_validators'

export default class LocaleController {
  /** Changes the language of this browser, and of the person's e-mails when signed in. */
  async update(ctx: HttpContext) {
    const { locale } = await ctx.request.validateUsing(localeValidator)
    ctx.response.plainCookie('locale', locale, LOCALE_COOKIE_OPTIONS)
    const user = await signedInUser(ctx)
    if (user && user.locale !== locale) await user.merge({ locale }).save()
    return ctx.response.redirect().back()
  }
}
