import { jobs } from '#shared/jobs/jobs'
import { DateTime } from 'luxon'
import { ANSWER_PENDING_JOB } from '#app/sales_agent/conversations/jobs/answer_pending'
import type Conversation from '#app/sales_agent/conversations/models/conversation'
import Message from '#app/sales_agent/conversations/models/message'
import { presentCard } from '#app/sales_agent/conversations/services/present_turn'

const AT_MOST = 100

/**
 * Messages of a conversation as its visitor may see them, after `after` when it is given. An
 * answer that a dead process owes is asked for again on the way.
 */
export async function historyOf(conversation: Conversation, after?: string) {
  const messages = await Message.in(conversation.workspaceId)
    .where('conversation_id', conversation.id)
    .if(after, (query) => query.where('id', '>', after!))
    .orderBy('id', 'desc')
    .limit(AT_MOST)
  const pending = messages.some((message) => message.state === 'pending')
  if (messages.some(isAbandoned)) {
    const { id } = conversation
    await jobs.enqueue(ANSWER_PENDING_JOB, { conversationId: id }, { singletonKey: id })
  }
  return { messages: messages.reverse().map(present), pending }
}

function isAbandoned({ state, claimedUntil }: Message): boolean {
  return state === 'pending' && claimedUntil !== null && claimedUntil < DateTime.now()
}

function present(message: Message) {
  return {
    id: message.id,
    clientId: message.role === 'visitor' ? message.idempotencyKey : null,
    role: message.role,
    text: message.text,
    products: message.products.map(presentCard),
    at: message.createdAt.toUTC().toISO(),
  }
}
