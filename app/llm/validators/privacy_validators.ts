import vine from '@vinejs/vine'
import { KEEP_DAYS } from '#app/llm/privacy/disclosures'

export const privacyListValidator = vine.create({
  cursor: vine.string().maxLength(1000).optional(),
})

export const keepDaysValidator = vine.create({
  keepDays: vine.number().in([...KEEP_DAYS]),
})
