import { RequestValidator } from '@adonisjs/core/http'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import i18nManager from '@adonisjs/i18n/services/main'
import type { I18n } from '@adonisjs/i18n'
import { speaksToPrograms } from '#shared/http/program_path'
import { viewFormatters } from '#shared/view/formatters'

const COOKIE = 'locale'

/**
 * Chooses the language: the reader's own choice (kept in a cookie), else the browser's. Every
 * view, flash message and validation message of the request then speaks it.
 */
export default class DetectLocaleMiddleware {
  static {
    RequestValidator.messagesProvider = (ctx) => ctx.i18n.createMessagesProvider()
  }

  handle(ctx: HttpContext, next: NextFn) {
    speakLanguageOf(ctx)
    return next()
  }
}

/** Also for pages without middleware, such as the one for an unknown address. */
export function speakLanguageOf(ctx: HttpContext): void {
  const supported = i18nManager.supportedLocales()
  const chosen = ctx.request.plainCookie(COOKIE, undefined, false) as string | undefined
  const locale =
    chosen && supported.includes(chosen)
      ? chosen
      : (ctx.request.language(supported) ?? i18nManager.defaultLocale)

  ctx.i18n = i18nManager.locale(locale)
  // Programs get no page; making a renderer for them would cost more than most answers.
  if (speaksToPrograms(ctx)) return
  ctx.view?.share({
    i18n: ctx.i18n,
    t: (key: string, data?: Record<string, unknown>) => ctx.i18n.t(key, data),
    locale,
    fmt: viewFormatters(ctx.i18n, () => ctx.workspace?.timezone ?? 'Europe/Paris'),
  })
}

declare module '@adonisjs/core/http' {
  export interface HttpContext {
    i18n: I18n
  }
}
