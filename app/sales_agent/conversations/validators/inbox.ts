import vine from '@vinejs/vine'
import { messageText } from './conversation.js'

export const inboxValidator = vine.create({
  status: vine.enum(['open', 'handoff', 'closed'] as const).optional(),
  leads: vine.boolean().optional(),
  q: vine.string().trim().maxLength(100).optional(),
  cursor: vine.string().maxLength(1000).optional(),
})

export const personReplyValidator = vine.create({ text: messageText() })

export const statusValidator = vine.create({
  status: vine.enum(['open', 'handoff', 'closed'] as const),
})
