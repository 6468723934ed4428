import { sql } from './sql.js'

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
  const rows = await sql<LatestConversation>(
    `select id, coalesce(visitor_name, visitor_email, visitor_phone) as name, subject, status,
       channel, lead_at is not null as lead, last_message_at as at
     from conversations
     where workspace_id = :workspaceId and last_message_at is not null
     order by last_message_at desc, id desc limit :limit`,
    { workspaceId, limit }
  )
  return rows.sort((a, b) => Number(b.status === 'handoff') - Number(a.status === 'handoff'))
}

/** Conversations that wait for a person right now. */
export async function handoffsWaiting(workspaceId: string): Promise<number> {
  const rows = await sql<{ count: number }>(
    `select count(*) as count from conversations
     where workspace_id = :workspaceId and status = 'handoff'`,
    { workspaceId }
  )
  return rows[0]?.count ?? 0
}

export interface AgentProgress {
  /** Whether the catalogue has a product. */
  products: boolean
  /** Whether a visitor has ever written, anywhere and in the widget. */
  talked: boolean
  widget: boolean
}

/** How far a workspace has come with its agent, told by what is there. */
export async function agentProgress(workspaceId: string): Promise<AgentProgress> {
  const [row] = await sql<AgentProgress>(
    `select
       exists (select 1 from products where workspace_id = :workspaceId) as products,
       exists (select 1 from conversations where workspace_id = :workspaceId
         and first_message_at is not null) as talked,
       exists (select 1 from conversations where workspace_id = :workspaceId
         and channel = 'widget' and first_message_at is not null) as widget`,
    { workspaceId }
  )
  return row!
}

export interface DayRange {
  workspaceId: string
  /** IANA name: whose midnight begins a day. */
  zone: string
  /** `2026-11-16`, both included. */
  firstDay: string
  lastDay: string
}

/**
 * Conversations by the day of their first visitor message. Each day is one range of the index.
 *
 * @returns counts by `2026-11-16`, every day of the range
 */
export async function countConversationsByDay(range: DayRange): Promise<Map<string, number>> {
  const rows = await sql<{ day: string; count: number }>(
    `select to_char(day, 'YYYY-MM-DD') as day,
       (select count(*) from conversations
         where workspace_id = :workspaceId and first_message_at >= day at time zone :zone
           and first_message_at < (day + interval '1 day') at time zone :zone) as count
     from generate_series(:firstDay::timestamp, :lastDay::timestamp, interval '1 day') as day`,
    { ...range }
  )
  return new Map(rows.map((row) => [row.day, row.count]))
}
