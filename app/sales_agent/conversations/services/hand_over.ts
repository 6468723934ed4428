import emitter from '@adonisjs/core/services/emitter'
import db from '@adonisjs/lucid/services/db'
import { announced } from '#shared/events/announced'
import { notify } from '#accounts'
import type Conversation from '#app/sales_agent/conversations/models/conversation'
import { sql } from './sql.js'

const SUBJECT_IN_NOTICE = 80

/**
 * Leaves a conversation to the team: the agent stops answering until somebody gives it back,
 * and the team is told.
 */
export async function handOver(conversation: Conversation): Promise<void> {
  const { workspaceId, id } = conversation
  await db.transaction(async (trx) => {
    await sql(
      `update conversations
          set status = 'handoff', handoff_at = coalesce(handoff_at, now()), updated_at = now()
        where workspace_id = :workspaceId and id = :id`,
      { workspaceId, id },
      trx
    )
    await notify(
      {
        workspaceId,
        kind: 'sales_agent.handoff',
        titleKey: 'sales_agent.notices.handoff.title',
        bodyKey: 'sales_agent.notices.handoff.body',
        data: { subject: (conversation.subject ?? '').slice(0, SUBJECT_IN_NOTICE) },
        href: `/conversations/${id}`,
        minRole: 'agent',
        dedupeKey: `handoff:${id}:${conversation.visitorMessages}`,
      },
      trx
    )
  })
  conversation.status = 'handoff'
  announced(
    emitter.emit('conversation:changed', { workspaceId, conversationId: id, kind: 'status' })
  )
}
