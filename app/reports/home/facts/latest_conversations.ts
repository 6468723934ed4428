import db from '@adonisjs/lucid/services/db'

export interface LatestConversation {
  id: string
  /** Who it is with, as far as they said. */
  name: string | null
  subject: string | null
  status: 'open' | 'handoff' | 'closed'
  channel: string
  lead: boolean
  at: Date
}

/** Conversations in which something was said, newest first; those that wait for a person lead. */
export async function latestConversations(
  workspaceId: string,
  limit: number
): Promise<LatestConversation[]> {
  const { rows } = await db.rawQuery<{ rows: LatestConversation[] }>(
    `select id, coalesce(visitor_name, visitor_email, visitor_phone) as name, subject, status,
       channel, lead_at is not null as lead, last_message_at as at
     from conversations
     where workspace_id = :workspaceId and last_message_at is not null
     order by last_message_at desc, id desc limit :limit`,
    { workspaceId, limit }
  )
  return rows.sort((a, b) => Number(b.status === 'handoff') - Number(a.status === 'handoff'))
}
