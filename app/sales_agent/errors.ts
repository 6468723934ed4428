import { createError } from '@adonisjs/core/exceptions'

export const E_MESSAGE_KEY_REUSED = createError(
  'This message key was used before with another text. Use a new key.',
  'E_MESSAGE_KEY_REUSED',
  422
)

export const E_ANSWER_IN_PROGRESS = createError(
  'The answer to this message is still at work. Ask again in a moment.',
  'E_ANSWER_IN_PROGRESS',
  409
)

export const E_ORIGIN_REFUSED = createError<[origin: string]>(
  'The widget may not be used on %s. Its owner can allow this address in the agent’s settings.',
  'E_ORIGIN_REFUSED',
  403
)

export const E_UNKNOWN_WIDGET = createError(
  'No widget has this key. Copy the snippet from the agent’s settings again.',
  'E_UNKNOWN_WIDGET',
  404
)

export const E_BODY_TOO_LARGE = createError(
  'The request is larger than a message can be.',
  'E_BODY_TOO_LARGE',
  413
)

export const E_VISITOR_UNKNOWN = createError(
  'This visitor is not known. Start a new session.',
  'E_VISITOR_UNKNOWN',
  401
)
