import db from '@adonisjs/lucid/services/db'
import Message from '#app/sales_agent/conversations/models/message'
import type Conversation from '#app/sales_agent/conversations/models/conversation'
import type { AgentReply } from '#app/sales_agent/conversations/types'
import { sql } from './sql.js'
import { captureUnit } from './conversation_unit.js'

export interface SaveReplyInput {
  conversation: Conversation
  /** The visitor's message that is answered. */
  messageId: string
  role: 'agent' | 'system'
  reply: Omit<AgentReply, 'id'>
  firstWordMs: number | null
  latencyMs: number
}

/**
 * Stores an answer, marks the visitor's message as answered and takes the conversation's unit,
 * all in one transaction. The database keeps one answer per message: when two workers answered
 * the same one, the first answer stays and the second worker gets it back.
 */
export class SaveReply {
  async handle(input: SaveReplyInput): Promise<Message> {
    const { conversation, reply } = input
    return db.transaction(async (trx) => {
      const rows = await sql<{ id: string }>(
        `insert into messages
           (workspace_id, conversation_id, role, kind, text, products, sources, cost_micros,
            class, engine, first_word_ms, latency_ms, reply_to)
         values (:workspaceId, :conversationId, :role, :kind, :text, :products, :sources, :cost,
            :class, :engine, :firstWordMs, :latencyMs, :replyTo)
         on conflict (workspace_id, reply_to) where reply_to is not null do nothing
         returning id`,
        {
          workspaceId: conversation.workspaceId,
          conversationId: conversation.id,
          role: input.role,
          kind: reply.kind,
          text: reply.text,
          products: JSON.stringify(reply.products),
          sources: JSON.stringify(reply.sources),
          cost: reply.costMicros,
          class: reply.class,
          engine: reply.engine,
          firstWordMs: input.firstWordMs,
          latencyMs: input.latencyMs,
          replyTo: input.messageId,
        },
        trx
      )
      if (rows.length > 0) {
        await sql(
          `update messages set state = 'answered'
            where workspace_id = :workspaceId and id = :messageId`,
          { workspaceId: conversation.workspaceId, messageId: input.messageId },
          trx
        )
        await sql(
          `update conversations set last_message_at = now(), updated_at = now(),
                  cost_micros = cost_micros + :cost
            where workspace_id = :workspaceId and id = :id`,
          { workspaceId: conversation.workspaceId, id: conversation.id, cost: reply.costMicros },
          trx
        )
        await captureUnit(conversation, trx)
      }
      return Message.in(conversation.workspaceId)
        .useTransaction(trx)
        .where('reply_to', input.messageId)
        .firstOrFail()
    })
  }
}
