import emitter from '@adonisjs/core/services/emitter'
import db from '@adonisjs/lucid/services/db'
import { announced } from '#shared/events/announced'
import type Conversation from '#app/sales_agent/conversations/models/conversation'
import type { ConversationStatus } from '#app/sales_agent/conversations/types'
import { sql } from './sql.js'

/**
 * A member of the team answers. The conversation is theirs from then on: the agent keeps quiet
 * until it is given back. Messages that waited for an answer count as answered.
 */
export async function replyAsPerson(
  conversation: Conversation,
  authorId: string,
  text: string
): Promise<void> {
  const { workspaceId, id } = conversation
  await db.transaction(async (trx) => {
    await sql(
      `insert into messages (workspace_id, conversation_id, role, text, author_id)
       values (:workspaceId, :id, 'human', :text, :authorId)`,
      { workspaceId, id, text, authorId },
      trx
    )
    await sql(
      `update messages set state = 'answered'
        where workspace_id = :workspaceId and conversation_id = :id and state in ('human', 'pending')`,
      { workspaceId, id },
      trx
    )
    await sql(
      `update conversations
          set status = 'handoff', handoff_at = coalesce(handoff_at, now()),
              last_message_at = now(), updated_at = now()
        where workspace_id = :workspaceId and id = :id`,
      { workspaceId, id },
      trx
    )
  })
  announced(
    emitter.emit('conversation:changed', { workspaceId, conversationId: id, kind: 'message' })
  )
}

/** Gives a conversation back to the agent, takes it over, or closes it. */
export async function changeStatus(
  conversation: Conversation,
  status: ConversationStatus
): Promise<void> {
  const { workspaceId, id } = conversation
  await sql(
    `update conversations set status = :status, updated_at = now(),
            handoff_at = case when :status = 'handoff' then coalesce(handoff_at, now())
                              else handoff_at end
      where workspace_id = :workspaceId and id = :id`,
    { workspaceId, id, status }
  )
  announced(
    emitter.emit('conversation:changed', { workspaceId, conversationId: id, kind: 'status' })
  )
}
