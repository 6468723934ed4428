import vine from '@vinejs/vine'
import { IANAZone } from 'luxon'
import { LOCALES } from '#app/accounts/locales'
import { ROLES } from '#app/accounts/roles'
import { isCommonPassword } from '#app/accounts/services/common_passwords'

/** At least ten characters, and none of the passwords that guessing starts with. */
const uncommon = vine.createRule((value, _options, field) => {
  if (!field.isValid || typeof value !== 'string') return
  const email = field.parent?.email
  if (isCommonPassword(value, typeof email === 'string' ? email : null)) {
    field.report('This password is too easy to guess', 'uncommonPassword', field)
  }
})

const knownZone = vine.createRule((value, _options, field) => {
  if (typeof value === 'string' && IANAZone.isValidZone(value)) return
  field.report('Unknown time zone', 'timezone', field)
})

export const email = () => vine.string().trim().toLowerCase().maxLength(254).email()

/** Kept as typed: spaces at the ends are part of a password. */
export const newPassword = () => vine.string().minLength(10).maxLength(200).use(uncommon())

/** No rules but a size: an old password may be older than the rules. */
export const currentPassword = () => vine.string().maxLength(200)

export const workspaceName = () => vine.string().trim().minLength(1).maxLength(80)

export const personName = () => vine.string().trim().maxLength(80)

export const locale = () => vine.enum(LOCALES)

export const role = () => vine.enum(ROLES)

export const timezone = () => vine.string().maxLength(64).use(knownZone())

/** What a browser says about itself; silently dropped when it makes no sense. */
export const browserTimezone = () =>
  vine
    .any()
    .optional()
    .transform((value: unknown) =>
      typeof value === 'string' && value.length <= 64 && IANAZone.isValidZone(value)
        ? value
        : undefined
    )
