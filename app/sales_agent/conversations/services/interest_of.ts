import Message from '#app/sales_agent/conversations/models/message'
import type Conversation from '#app/sales_agent/conversations/models/conversation'

const LOOKED_AT = 8
const WORDS_LENGTH = 1_000

/**
 * What a visitor is interested in: their last messages, and the product that the agent showed
 * first most recently, which becomes the deal's title.
 */
export async function interestOf(
  conversation: Conversation
): Promise<{ words: string | null; product: string | null }> {
  const messages = await Message.in(conversation.workspaceId)
    .where('conversation_id', conversation.id)
    .whereIn('role', ['visitor', 'agent'])
    .orderBy('id', 'desc')
    .limit(LOOKED_AT)
  const words = messages
    .filter(({ role }) => role === 'visitor')
    .map(({ text }) => text)
    .reverse()
    .join('\n')
    .slice(-WORDS_LENGTH)
  const shown = messages.find(({ role, products }) => role === 'agent' && products.length > 0)
  return { words: words || null, product: shown?.products[0]?.title ?? null }
}
