import vine from '@vinejs/vine'
import { REQUEST_CLASSES } from '#wallet'

/** Longest prompt in characters: a long document, far below what models read. */
const MAX_PROMPT = 60_000

export const assistantRequestValidator = vine.create({
  prompt: vine.string().trim().minLength(1).maxLength(MAX_PROMPT),
  class: vine.enum(REQUEST_CLASSES).optional(),
})

/** A question that is being written. */
export const assistantPriceValidator = vine.create({
  prompt: vine.string().maxLength(MAX_PROMPT).optional(),
  class: vine.enum(REQUEST_CLASSES).optional(),
})

export const assistantAnswerShape = vine.create({
  answer: vine.string(),
  class: vine.enum(REQUEST_CLASSES),
  priceMicros: vine.number(),
  cached: vine.boolean(),
  free: vine.boolean(),
  model: vine.string(),
  callId: vine.string().uuid(),
})
