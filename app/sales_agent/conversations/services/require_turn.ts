import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { E_ANSWER_IN_PROGRESS, E_MESSAGE_KEY_REUSED } from '#app/sales_agent/errors'
import type { AnswerVisitorResult } from './answer_visitor.js'

/** The turn, or the HTTP error that says why there is none. */
export function requireTurn(result: AnswerVisitorResult) {
  if (result.ok) return result
  switch (result.reason) {
    case 'not_found':
      throw new E_NOT_FOUND()
    case 'idempotency_conflict':
      throw new E_MESSAGE_KEY_REUSED()
    case 'in_progress':
      throw new E_ANSWER_IN_PROGRESS()
  }
}
