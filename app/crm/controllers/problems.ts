import { errors } from '@vinejs/vine'

/** The 422 of the validator for what only a use case could find out. */
export function invalid(field: string, rule: string, message: string) {
  return new errors.E_VALIDATION_ERROR([{ field, rule, message }])
}
