import { setTimeout as wait } from 'node:timers/promises'
import Message from '#app/sales_agent/conversations/models/message'
import type { AgentReply } from '#app/sales_agent/conversations/types'
import { toReply } from './reply_of.js'

const EVERY_MS = 200
const AT_MOST_MS = 15_000

/** The answer that another request is working on, or null when it takes too long. */
export async function awaitReply(message: Message): Promise<AgentReply | null> {
  const until = Date.now() + AT_MOST_MS
  for (;;) {
    const reply = await Message.in(message.workspaceId).where('reply_to', message.id).first()
    if (reply) return toReply(reply)
    if (Date.now() >= until) return null
    await wait(EVERY_MS)
  }
}
