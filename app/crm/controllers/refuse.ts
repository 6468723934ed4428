import type { HttpContext } from '@adonisjs/core/http'

/** Sends a form back with its input and a sentence at the field that is wrong. */
export function refuseField(ctx: HttpContext, field: string, message: string): void {
  ctx.session.flashAll()
  ctx.session.flashErrors({ [field]: message })
  ctx.session.flash('inputErrorsBag', { [field]: [message] })
}
