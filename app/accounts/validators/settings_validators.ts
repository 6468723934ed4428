import vine from '@vinejs/vine'
import { NOTICE_TOPICS } from '#app/accounts/notice_topics'
import * as rules from '#app/accounts/validators/rules'

const CURRENCIES = Intl.supportedValuesOf('currency')

export const profileValidator = vine.create({
  fullName: rules.personName().nullable(),
  locale: rules.locale(),
})

export const passwordValidator = vine.create({
  currentPassword: rules.currentPassword().optional(),
  password: rules.newPassword(),
})

export const workspaceValidator = vine.create({
  name: rules.workspaceName(),
  timezone: rules.timezone(),
  currency: vine.enum(CURRENCIES),
  locale: rules.locale(),
})

export const newWorkspaceValidator = vine.create({
  workspaceName: rules.workspaceName(),
  timezone: rules.browserTimezone(),
})

export const inviteValidator = vine.create({ email: rules.email(), role: rules.role() })

export const memberRoleValidator = vine.create({ role: rules.role() })

export const acceptInvitationValidator = vine.create({
  fullName: rules.personName().nullable().optional(),
  password: rules.newPassword(),
})

export const apiKeyValidator = vine.create({
  name: vine.string().trim().minLength(1).maxLength(60),
  access: vine.enum(['full', 'chosen'] as const),
  scopes: vine.array(vine.string().maxLength(60)).maxLength(100).optional(),
  expiry: vine.enum(['never', '30', '90', '365'] as const),
})

/** Ticked boxes only, as browsers send them: `topics[credit][]=email`. */
export const noticePreferencesValidator = vine.create({
  topics: vine
    .object(
      Object.fromEntries(
        NOTICE_TOPICS.map((topic) => [
          topic,
          vine
            .array(vine.enum(['inApp', 'email'] as const))
            .maxLength(2)
            .optional(),
        ])
      )
    )
    .optional(),
})

const day = () => vine.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)

export const auditFilterValidator = vine.create({
  action: vine.string().maxLength(80).nullable().optional(),
  actor: vine.string().uuid().nullable().optional(),
  from: day().nullable().optional(),
  to: day().nullable().optional(),
  before: vine.string().uuid().nullable().optional(),
})

export const cursorValidator = vine.create({ before: vine.string().uuid().nullable().optional() })
