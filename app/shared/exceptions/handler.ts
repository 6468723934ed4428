import app from '@adonisjs/core/services/app'
import { type HttpContext, ExceptionHandler } from '@adonisjs/core/http'
import type { StatusPageRange, StatusPageRenderer } from '@adonisjs/core/types/http'

export default class HttpExceptionHandler extends ExceptionHandler {
  protected override debug = app.inDev
  protected override renderStatusPages = !app.inDev

  protected override statusPages: Record<StatusPageRange, StatusPageRenderer> = {
    '404': (_error, { view }) => view.render('shared/errors/not_found'),
    '403': (_error, { view }) => view.render('shared/errors/forbidden'),
    '429': (_error, { view }) => view.render('shared/errors/too_many_requests'),
    '500..599': (_error, { view }) => view.render('shared/errors/server_error'),
  }

  override async handle(error: unknown, ctx: HttpContext) {
    return super.handle(error, ctx)
  }
}
