import logger from '@adonisjs/core/services/logger'
import Conversation from '#app/sales_agent/conversations/models/conversation'
import Message from '#app/sales_agent/conversations/models/message'
import { AnswerVisitor } from '#app/sales_agent/conversations/services/answer_visitor'
import { claimMessage } from '#app/sales_agent/conversations/services/claim_message'

export const ANSWER_PENDING_JOB = 'sales_agent.answer_pending'

const AT_ONCE = 50

/** An answer that fails for so long never comes; each further try could cost another model call. */
const GIVE_UP_HOURS = 24

/**
 * Answers messages that nobody is answering: their process died, or the answer failed. Runs
 * every minute, and at once when a visitor asks for news of such a message.
 */
export async function answerPending(conversationId?: string): Promise<number> {
  const waiting = await Message.acrossWorkspaces()
    .where('state', 'pending')
    .whereRaw('claimed_until < clock_timestamp()')
    .whereRaw(`created_at > now() - interval '${GIVE_UP_HOURS} hours'`)
    .if(conversationId, (query) => query.where('conversation_id', conversationId!))
    .orderBy('claimed_until')
    .limit(AT_ONCE)
  let answered = 0
  for (const message of waiting) {
    if (await answerOne(message)) answered++
  }
  return answered
}

async function answerOne(message: Message): Promise<boolean> {
  if (!(await claimMessage(message.workspaceId, message.id))) return false
  try {
    const conversation = await Conversation.in(message.workspaceId)
      .where('id', message.conversationId)
      .firstOrFail()
    await new AnswerVisitor().answer(conversation, message)
    return true
  } catch (error) {
    logger.error({ err: error, messageId: message.id }, 'a visitor is still without an answer')
    return false
  }
}
