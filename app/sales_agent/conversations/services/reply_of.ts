import Message from '#app/sales_agent/conversations/models/message'
import type { AgentReply } from '#app/sales_agent/conversations/types'

/** A stored answer in the shape in which it was given the first time. */
export function toReply(message: Message): AgentReply {
  return {
    id: message.id,
    kind: message.kind ?? 'answer',
    text: message.text,
    products: message.products,
    sources: message.sources,
    engine: message.engine,
    costMicros: message.costMicros,
    class: (message.class ?? 'grounded') as AgentReply['class'],
  }
}

/** The answer to a visitor's message that has one. */
export async function replyOf(message: Message): Promise<AgentReply> {
  const found = await Message.in(message.workspaceId).where('reply_to', message.id).firstOrFail()
  return toReply(found)
}
