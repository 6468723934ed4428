import db from '@adonisjs/lucid/services/db'
import { escapeLike } from '#shared/like'
import Conversation from '#app/sales_agent/conversations/models/conversation'
import type { ConversationStatus } from '#app/sales_agent/conversations/types'
import { decodeCursor, pageOf, type Page } from '#shared/pagination'

export interface InboxFilter {
  status?: ConversationStatus
  leads?: boolean
  /** Words of the first message, a name or an e-mail address. */
  search?: string
  cursor?: string
}

const PER_PAGE = 30

/** Conversations in which something was said, newest first. */
export async function listConversations(
  workspaceId: string,
  filter: InboxFilter
): Promise<Page<Conversation>> {
  const after = decodeCursor(filter.cursor, ['time', 'uuid'])
  // The cursor keeps the database's own text of the time: JavaScript would cut its microseconds.
  const rows = await Conversation.in(workspaceId)
    .select('*')
    .select(db.raw(`to_json(last_message_at) #>> '{}' as place`))
    .whereNotNull('last_message_at')
    .if(filter.status, (query) => query.where('status', filter.status!))
    .if(filter.leads, (query) => query.whereNotNull('prospect_id'))
    .if(filter.search, (query) =>
      query.where((match) => {
        const words = `%${escapeLike(filter.search!)}%`
        for (const column of ['subject', 'visitor_name', 'visitor_email']) {
          match.orWhereILike(column, words)
        }
      })
    )
    .if(after, (query) =>
      query.whereRaw('(last_message_at, id) < (?::timestamptz, ?::uuid)', [...after!])
    )
    .orderBy('last_message_at', 'desc')
    .orderBy('id', 'desc')
    .limit(PER_PAGE + 1)
  return pageOf(rows, PER_PAGE, ({ $extras, id }) => [$extras.place as string, id])
}

/** How many conversations wait for a person. */
export async function countWaiting(workspaceId: string): Promise<number> {
  const [row] = await Conversation.in(workspaceId).where('status', 'handoff').count('* as total')
  return Number(row!.$extras.total)
}
