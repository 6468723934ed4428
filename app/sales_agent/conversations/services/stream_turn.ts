import logger from '@adonisjs/core/services/logger'
import type { openEventStream } from '#shared/http/event_stream'
import { answerVisitor, type AnswerVisitorInput } from './answer_visitor.js'
import { presentTurn } from './present_turn.js'

/**
 * One turn as server-sent events: `token` with `{ "text" }` for each piece, `products` with
 * `{ "products" }`, at the end `done` with the whole turn; `error` with `{ "code" }` when it
 * fails. A reader that leaves does not end the turn: the answer is kept and read later.
 */
export async function streamTurn(
  events: ReturnType<typeof openEventStream>,
  input: AnswerVisitorInput
): Promise<void> {
  try {
    let streamed = false
    const result = await answerVisitor({
      ...input,
      onToken: (text) => {
        streamed = true
        events.send({ text }, 'token')
      },
    })
    if (!result.ok) {
      events.send({ code: result.reason }, 'error')
      return
    }
    const turn = presentTurn(result.messageId, result.reply, result.conversation)
    // A repeated message is answered from what is kept, in one piece.
    if (!streamed && turn.reply.text) events.send({ text: turn.reply.text }, 'token')
    if (turn.reply.products.length > 0) events.send({ products: turn.reply.products }, 'products')
    events.send(turn, 'done')
  } catch (error) {
    logger.error({ err: error, conversationId: input.conversationId }, 'a turn failed')
    events.send({ code: 'failed' }, 'error')
  } finally {
    events.close()
  }
}
