import vine from '@vinejs/vine'
import { COLUMN_TARGETS } from '#app/crm/imports/fields'
import { CONSENT_BASES, CONSENT_STATUSES } from '#app/crm/models/prospect'
import { prospectFields } from '#app/crm/validators/prospect_fields'
import { lineField } from '#app/crm/validators/rules'

export const prospectValidator = vine.create({
  ...prospectFields(),
  tags: lineField(800).optional().nullable(),
  consentStatus: vine.enum(CONSENT_STATUSES).optional(),
  consentBasis: vine.enum(CONSENT_BASES).optional().nullable(),
  consentSource: lineField(500).optional().nullable(),
})

export const listProspectsValidator = vine.create({
  q: lineField(200).optional().nullable(),
  source: lineField(60).optional().nullable(),
  consent: vine.enum(CONSENT_STATUSES).optional().nullable(),
  tag: lineField(40).optional().nullable(),
  sort: vine.enum(['activity', 'score', 'newest']).optional().nullable(),
  cursor: lineField(300).optional().nullable(),
})

export const runImportValidator = vine.create({
  columns: vine
    .array(vine.object({ header: vine.string(), target: vine.enum(COLUMN_TARGETS) }))
    .maxLength(10_000)
    .optional(),
})
