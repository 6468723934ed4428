import { detectContact } from './detect_contact.js'
import { groundedAnswer } from './grounded_answer.js'
import Message from '#app/sales_agent/conversations/models/message'
import type Conversation from '#app/sales_agent/conversations/models/conversation'

const LOOKED_AT = 8
const WORDS_LENGTH = 1_000

/**
 * What a visitor is interested in: their last messages, and a title for the deal: the product
 * that the agent showed first most recently, else the one that they ask about now, else their
 * question, else who they are. Contact details are never part of a question.
 */
export async function interestOf(
  conversation: Conversation
): Promise<{ words: string | null; title: string | null }> {
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
  const title = shown?.products[0]?.title ?? (await askedFor(conversation, messages))
  return { words: words || null, title: title ?? whoTheyAre(conversation) }
}

/** @param messages newest first */
async function askedFor(conversation: Conversation, messages: Message[]): Promise<string | null> {
  const question = messages
    .filter(({ role }) => role === 'visitor')
    .map(({ text }) => detectContact(text, conversation.locale)?.rest ?? text)
    .find((text) => text !== '')
  if (question === undefined) return null
  const { kind, products } = await groundedAnswer(conversation, question)
  return products[0]?.title ?? (kind === 'not_found' || kind === 'knowledge' ? question : null)
}

function whoTheyAre({ visitorName, visitorEmail, visitorPhone }: Conversation): string | null {
  return visitorName ?? visitorEmail ?? visitorPhone
}
