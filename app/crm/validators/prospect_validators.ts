import vine from '@vinejs/vine'
import { COLUMN_TARGETS } from '#app/crm/imports/fields'
import { CONSENT_BASES, CONSENT_STATUSES } from '#app/crm/models/prospect'
import { lineField } from '#app/crm/validators/rules'

/** E-mail and phone are checked by the use case, which knows how the workspace writes numbers. */
export const prospectValidator = vine.create({
  name: lineField(200).optional().nullable(),
  email: lineField(254).optional().nullable(),
  phone: lineField(60).optional().nullable(),
  company: lineField(200).optional().nullable(),
  jobTitle: lineField(200).optional().nullable(),
  city: lineField(200).optional().nullable(),
  country: vine
    .string()
    .regex(/^[A-Za-z]{2}$/)
    .optional()
    .nullable(),
  locale: vine.enum(['en', 'fr', 'de', 'es', 'it']).optional(),
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
