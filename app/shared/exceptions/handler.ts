import app from '@adonisjs/core/services/app'
import { type HttpContext, ExceptionHandler } from '@adonisjs/core/http'
import type { HttpError, StatusPageRange, StatusPageRenderer } from '@adonisjs/core/types/http'
import { sendProblem, setErrorHeaders } from '#shared/api/problem'
import { answerPageError } from '#shared/exceptions/page_errors'
import { translateError } from '#shared/exceptions/translate_error'
import { speaksToPrograms } from '#shared/http/program_path'
import { speakLanguageOf } from '#shared/middleware/detect_locale_middleware'

const page: StatusPageRenderer = (error, ctx) =>
  ctx.view.render('shared/api/problem_page', { status: error.status, requestId: ctx.request.id() })

const serverError: StatusPageRenderer = (_error, { view, request }) =>
  view.render('shared/errors/server_error', { requestId: request.id() })

/** While developing, the stack trace is the better page. */
const serverErrors: Record<StatusPageRange, StatusPageRenderer> = app.inDev
  ? {}
  : {
      '500..502': serverError,
      '503': (_error, { view }) => view.render('shared/errors/unavailable'),
      '504..599': serverError,
    }

/** Answers every error: problem+json to programs, friendly pages to people. */
export default class HttpExceptionHandler extends ExceptionHandler {
  protected override debug = app.inDev
  protected override renderStatusPages = true

  protected override statusPages: Record<StatusPageRange, StatusPageRenderer> = {
    '400..402': page,
    '403': (_error, { view }) => view.render('shared/errors/forbidden'),
    '404': (_error, { view }) => view.render('shared/errors/not_found'),
    '405..428': page,
    '429': (_error, { view }) => view.render('shared/errors/too_many_requests'),
    '430..499': page,
    ...serverErrors,
  }

  override async handle(error: unknown, ctx: HttpContext) {
    const known = this.toHttpError(translateError(error, ctx))
    // Nothing can be told any more once an answer is on its way.
    if (ctx.response.response.headersSent) {
      ctx.response.response.destroy()
      return
    }
    if (speaksToPrograms(ctx)) return sendProblem(known, ctx)
    if (!ctx.i18n) speakLanguageOf(ctx)
    setErrorHeaders(known, ctx)
    if (await answerPageError(known, ctx)) return
    if (ctx.request.accepts(['html', 'json']) === 'json') return sendProblem(known, ctx)
    return this.renderErrorAsHTML(known, ctx)
  }

  /** A busy box, or a model that nobody has connected, is no bug. */
  protected override getErrorLogLevel(error: HttpError) {
    return error.status === 503 ? ('warn' as const) : super.getErrorLogLevel(error)
  }

  override async report(error: unknown, ctx: HttpContext) {
    const known = translateError(error, ctx)
    const { cause } = (known ?? {}) as { cause?: { code?: string; constraint?: string } }
    if (known !== error && cause?.code && !(cause instanceof SyntaxError)) {
      // Validators should have caught it: worth a line, without the values that came in.
      const { code, constraint } = cause
      ctx.logger.warn({ code, constraint, route: ctx.route?.pattern }, 'refused by the database')
    }
    return super.report(known, ctx)
  }
}
