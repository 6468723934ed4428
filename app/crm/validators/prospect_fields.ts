import vine from '@vinejs/vine'
import { lineField } from '#app/crm/validators/rules'

/**
 * What a person and a program may say about a prospect. E-mail and phone are checked by the use
 * case, which knows how the workspace writes numbers.
 */
export const prospectFields = () => ({
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
})
