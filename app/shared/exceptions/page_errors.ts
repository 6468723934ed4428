import type { HttpContext } from '@adonisjs/core/http'
import type { HttpError } from '@adonisjs/core/types/http'

/** Failures of a form that come back to the page it was sent from, with what was typed. */
const BACK_TO_FORM = new Set([400, 402, 409, 413, 415, 422, 429])

/**
 * Answers the errors that a person should not see as a page of their own: sign-in needed, form
 * not valid, form too old. Returns false for those that are pages.
 */
export async function answerPageError(error: HttpError, ctx: HttpContext): Promise<boolean> {
  const htmx = ctx.request.header('HX-Request') === 'true'
  ctx.response.vary('HX-Request')
  if (ctx.request.accepts(['html', 'json']) === 'json' && !htmx) return false

  switch (error.code) {
    case 'E_UNAUTHORIZED_ACCESS':
      return askToSignIn(error, ctx, htmx)
    case 'E_VALIDATION_ERROR':
      return showFieldErrors(error, ctx, htmx)
    case 'E_BAD_CSRF_TOKEN':
      return formTooOld(ctx, htmx)
  }
  if (htmx) return false
  const isForm = !['GET', 'HEAD'].includes(ctx.request.method())
  if (!isForm || !BACK_TO_FORM.has(error.status) || !ctx.session) return false
  return backWith(ctx, pageMessage(error.status, ctx), error.status, htmx)
}

/** What a person reads about a status. Error messages are for programs and in English. */
export function pageMessage(status: number, ctx: HttpContext): string {
  const { i18n } = ctx
  return i18n.t(`api.errors.status_${status}`, {}, i18n.t('api.errors.status_400'))
}

function askToSignIn(error: HttpError, ctx: HttpContext, htmx: boolean): boolean {
  const login = (error as HttpError & { redirectTo?: string }).redirectTo ?? '/login'
  if (htmx) {
    ctx.response.header('HX-Redirect', login)
    ctx.response.status(401).send('')
    return true
  }
  ctx.response.redirect().withIntendedUrl().toPath(login)
  return true
}

function showFieldErrors(error: HttpError, ctx: HttpContext, htmx: boolean): boolean {
  if (htmx) {
    const messages = (error as unknown as { messages?: { message: string }[] }).messages ?? []
    toast(ctx, [...new Set(messages.map(({ message }) => message))].slice(0, 3).join(' '))
    ctx.response.header('HX-Reswap', 'none').status(422).send('')
    return true
  }
  if (!ctx.session) return false
  ctx.session.flashValidationErrors(error as never)
  ctx.response.redirect('back', true)
  return true
}

/** The layout shows its own words for this code, see flash_messages. */
function formTooOld(ctx: HttpContext, htmx: boolean): boolean {
  if (htmx) {
    // A fresh page brings a fresh token.
    ctx.response.header('HX-Refresh', 'true').status(419).send('')
    return true
  }
  if (!ctx.session) return false
  flashInput(ctx)
  ctx.session.flashErrors({ E_BAD_CSRF_TOKEN: ctx.i18n.t('api.errors.form_expired') })
  ctx.response.redirect('back', true)
  return true
}

function flashInput(ctx: HttpContext): void {
  ctx.session.flashExcept(['_csrf', '_method', 'password', 'password_confirmation'])
}

function backWith(ctx: HttpContext, message: string, status: number, htmx: boolean): boolean {
  if (htmx) {
    toast(ctx, message)
    ctx.response.header('HX-Reswap', 'none').status(status).send('')
    return true
  }
  if (!ctx.session) return false
  flashInput(ctx)
  ctx.session.flash('error', message)
  ctx.response.redirect('back', true)
  return true
}

/** A note in the corner; header values are ASCII, so everything else is escaped. */
function toast(ctx: HttpContext, text: string): void {
  const json = JSON.stringify({ toast: { kind: 'error', text } })
  const ascii = json.replace(
    /[\u0080-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  )
  ctx.response.header('HX-Trigger', ascii)
}
