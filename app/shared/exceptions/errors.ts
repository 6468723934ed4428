import { createError } from '@adonisjs/core/exceptions'

export const E_UNSCOPED_QUERY = createError<[model: string]>(
  'The query on %s names no workspace. Start it with Model.in(workspaceId).',
  'E_UNSCOPED_QUERY',
  500
)

export const E_NOT_FOUND = createError('Not found', 'E_NOT_FOUND', 404)

export const E_MALFORMED_BODY = createError(
  'The body is not well-formed. Send a JSON object or array in UTF-8.',
  'E_MALFORMED_BODY',
  400
)

export const E_UNSUPPORTED_MEDIA_TYPE = createError<[given: string, accepted: string]>(
  'A body of type %s is not accepted here. Send %s.',
  'E_UNSUPPORTED_MEDIA_TYPE',
  415
)

export const E_TOO_LARGE = createError<[megabytes: number]>(
  'The body is larger than %s MB.',
  'E_TOO_LARGE',
  413
)

/** A value that no column of the database can hold: bad encoding, out of range, too long. */
export const E_VALUE_REFUSED = createError<[why: string]>('%s', 'E_VALUE_REFUSED', 422)

export const E_ALREADY_EXISTS = createError(
  'Something with the same value exists already.',
  'E_ALREADY_EXISTS',
  409
)

export const E_BUSY = createError(
  'The box is busy. Try again in a moment; nothing was changed.',
  'E_BUSY',
  503
)

export const E_IDEMPOTENCY_KEY_INVALID = createError(
  'Idempotency-Key must have 1 to 255 visible ASCII characters.',
  'E_IDEMPOTENCY_KEY_INVALID',
  400
)

export const E_IDEMPOTENCY_KEY_REUSED = createError(
  'This Idempotency-Key was used before with another request. Use a new key.',
  'E_IDEMPOTENCY_KEY_REUSED',
  422
)

export const E_IDEMPOTENCY_IN_PROGRESS = createError(
  'The first request with this Idempotency-Key is still at work. Try again in a moment.',
  'E_IDEMPOTENCY_IN_PROGRESS',
  409
)

export const E_IDEMPOTENCY_NOT_REPLAYABLE = createError(
  'The first request with this Idempotency-Key was done, but its answer was a stream or too large to keep.',
  'E_IDEMPOTENCY_NOT_REPLAYABLE',
  409
)

export const E_RATE_LIMITED = createError(
  'Too many requests. Wait for the number of seconds in Retry-After.',
  'E_RATE_LIMITED',
  429
)
