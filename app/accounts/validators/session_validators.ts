import vine from '@vinejs/vine'
import * as rules from '#app/accounts/validators/rules'

export const signUpValidator = vine.create({
  email: rules.email(),
  password: rules.newPassword(),
  workspaceName: rules.workspaceName(),
  timezone: rules.browserTimezone(),
})

export const signInValidator = vine.create({
  email: vine.string().trim().toLowerCase().maxLength(254),
  password: rules.currentPassword(),
})

export const forgotPasswordValidator = vine.create({ email: rules.email() })

export const resetPasswordValidator = vine.create({ password: rules.newPassword() })

export const localeValidator = vine.create({ locale: rules.locale() })
