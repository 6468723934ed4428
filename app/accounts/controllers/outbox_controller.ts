import type { HttpContext } from '@adonisjs/core/http'
import { smtpEnabled } from '#config/mail'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { cleanedQuery } from '#app/accounts/services/cleaned_query'
import { findOutboxMessage, listOutbox } from '#app/accounts/services/outbox'
import { cursorValidator } from '#app/accounts/validators/settings_validators'

export default class OutboxController {
  async index(ctx: HttpContext) {
    const { before } = await cleanedQuery(ctx, cursorValidator)
    const page = await listOutbox(ctx.workspace.id, ctx.role, before ?? undefined)
    return ctx.view.render('accounts/settings/outbox', {
      ...page,
      smtpEnabled: smtpEnabled(),
      paged: Boolean(before),
    })
  }

  async show(ctx: HttpContext) {
    return ctx.view.render('accounts/settings/outbox_message', { message: await this.#find(ctx) })
  }

  /** Always a download: what people attach must never run as a page of this box. */
  async attachment(ctx: HttpContext) {
    const message = await this.#find(ctx)
    const attachment = message.attachments[Number(ctx.params.index)]
    if (!attachment) throw new E_NOT_FOUND()
    const name = encodeURIComponent(attachment.filename).replaceAll("'", '%27')
    ctx.response
      .header('Content-Type', 'application/octet-stream')
      .header('Content-Disposition', `attachment; filename*=UTF-8''${name}`)
    return ctx.response.send(Buffer.from(attachment.contentBase64 ?? '', 'base64'))
  }

  async #find({ workspace, role, params }: HttpContext) {
    const message = await findOutboxMessage(workspace.id, role, params.id)
    if (!message) throw new E_NOT_FOUND()
    return message
  }
}
