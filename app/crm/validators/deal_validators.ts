import vine from '@vinejs/vine'
import { amountField, idField, lineField } from '#app/crm/validators/rules'

const details = {
  title: lineField(200),
  amount: amountField(),
  probability: vine.number().range([0, 100]).withoutDecimals().optional().nullable(),
  expectedClose: vine
    .date({ formats: ['YYYY-MM-DD'] })
    .optional()
    .nullable(),
  interest: vine.string().maxLength(2000).optional().nullable(),
}

export const createDealValidator = vine.create({
  ...details,
  stage: lineField(60).optional(),
  prospectId: idField(),
  contact: lineField(254).optional().nullable(),
})

export const updateDealValidator = vine.create(details)

export const moveDealValidator = vine.create({
  stage: lineField(60),
  afterId: idField(),
})

export const winDealValidator = vine.create({ amount: amountField() })

export const loseDealValidator = vine.create({
  reason: lineField(500),
  details: lineField(400).optional().nullable(),
})

export const noteValidator = vine.create({ body: vine.string().trim().maxLength(10_000) })

export const taskValidator = vine.create({
  title: lineField(200),
  dueOn: vine
    .date({ formats: ['YYYY-MM-DD'] })
    .optional()
    .nullable(),
  assigneeId: idField(),
})
