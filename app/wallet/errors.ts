import { createError } from '@adonisjs/core/exceptions'

/** The same idempotency key came with another body. */
export const E_IDEMPOTENCY_CONFLICT = createError<[detail: string]>(
  'The idempotency key was used before for something else: %s',
  'E_IDEMPOTENCY_CONFLICT',
  409
)

export const E_WALLET_UNKNOWN = createError<[detail: string]>('%s', 'E_WALLET_UNKNOWN', 500)

export const E_UNKNOWN_PLAN = createError<[line: string, plan: string, known: string]>(
  'The line "%s" has no plan "%s". Known: %s',
  'E_UNKNOWN_PLAN',
  422
)

export const E_UNKNOWN_PLAN_LINE = createError<[line: string, known: string]>(
  'There is no plan line "%s". Known: %s',
  'E_UNKNOWN_PLAN_LINE',
  422
)

export const E_INVALID_AMOUNT = createError<[amount: string]>(
  'An amount is a whole number of units above zero, not %s',
  'E_INVALID_AMOUNT',
  422
)
