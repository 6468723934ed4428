import vine from '@vinejs/vine'
import { messageText } from '#app/sales_agent/conversations/validators/conversation'

const locale = () => vine.enum(['en', 'fr'] as const)

export const sessionValidator = vine.create({
  key: vine.string().maxLength(64),
  locale: locale().optional(),
  /** True on the first call of a page view. */
  visit: vine.boolean().optional(),
})

export const visitorMessageValidator = vine.create({
  text: messageText(),
  locale: locale().optional(),
  /** Made by the widget for each message, so that a repeated request is one message. */
  clientId: vine.string().regex(/^[\w-]{8,64}$/),
})

export const contactValidator = vine.create({
  name: vine.string().trim().maxLength(120).optional(),
  email: vine.string().trim().maxLength(254).email().optional().requiredIfMissing('phone'),
  phone: vine.string().trim().maxLength(32).optional(),
  locale: locale().optional(),
})

export const historyValidator = vine.create({ after: vine.string().uuid().optional() })
