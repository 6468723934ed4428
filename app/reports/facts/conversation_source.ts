import db from '@adonisjs/lucid/services/db'
import { conversationFacts } from '#sales_agent'
import type { CountedWeek, WeekDetails } from '#app/reports/facts/week_facts'
import { daysOf, type WeekBounds, type WeekId } from '#app/reports/weeks/week'

const TOP_PRODUCTS = 10

/** Kinds of answers that found nothing to say. */
const FOUND_NOTHING = ['not_found', 'unclear']

export type ConversationWeek = Pick<
  CountedWeek,
  'visits' | 'conversations' | 'answers' | 'answered' | 'handedOver' | 'leads' | 'details'
>

/** What the sales agent tells about one week. */
export async function conversationWeek(
  workspaceId: string,
  week: WeekId,
  { from, to }: WeekBounds
): Promise<ConversationWeek> {
  const [facts, notFound, topProducts] = await Promise.all([
    conversationFacts(workspaceId, new Date(from), new Date(to)),
    answersThatFoundNothing(workspaceId, from, to),
    productsShown(workspaceId, from, to),
  ])
  // Conversations without any page view came through the API or the portal: nobody counts there.
  const isCounted = facts.visits > 0 || facts.conversations === 0
  const byDay = new Map(facts.byDay.map((one) => [one.day, one.conversations]))
  return {
    visits: isCounted ? facts.visits : null,
    conversations: facts.conversations,
    answers: facts.answered,
    answered: Math.max(0, facts.answered - notFound),
    handedOver: facts.handedOver,
    leads: facts.leads,
    details: {
      conversationsByDay: daysOf(week).map((day) => byDay.get(day) ?? 0),
      topProducts,
      unansweredQuestions: facts.unanswered,
    },
  }
}

/** Conversations that wait for a person right now. */
export async function handoffsWaiting(workspaceId: string): Promise<number> {
  const { rows } = await db.rawQuery<{ rows: { count: number }[] }>(
    `select count(*) as count from conversations
     where workspace_id = :workspaceId and status = 'handoff'`,
    { workspaceId }
  )
  return rows[0]?.count ?? 0
}

/** Products in the catalogue. */
export async function catalogueSize(workspaceId: string): Promise<number> {
  const { rows } = await db.rawQuery<{ rows: { count: number }[] }>(
    'select count(*) as count from products where workspace_id = :workspaceId',
    { workspaceId }
  )
  return rows[0]?.count ?? 0
}

/** All of them: the agent's own list of such questions ends after the most frequent ones. */
async function answersThatFoundNothing(
  workspaceId: string,
  from: string,
  to: string
): Promise<number> {
  const { rows } = await db.rawQuery<{ rows: { count: number }[] }>(
    `select count(*) as count from messages
     where workspace_id = :workspaceId and role = 'agent' and kind = any(:kinds)
       and created_at >= :from and created_at < :to`,
    { workspaceId, kinds: FOUND_NOTHING, from, to }
  )
  return rows[0]?.count ?? 0
}

/** Products that answers showed, by the number of conversations; variants count with theirs. */
async function productsShown(
  workspaceId: string,
  from: string,
  to: string
): Promise<WeekDetails['topProducts']> {
  const { rows } = await db.rawQuery<{ rows: WeekDetails['topProducts'] }>(
    `select card->>'id' as id, max(card->>'title') as title,
       count(distinct m.conversation_id) as count
     from messages m cross join lateral jsonb_array_elements(m.products) as card
     where m.workspace_id = :workspaceId and m.role = 'agent'
       and m.created_at >= :from and m.created_at < :to and card->>'title' is not null
     group by 1 order by 3 desc, 2 limit ${TOP_PRODUCTS}`,
    { workspaceId, from, to }
  )
  return rows
}
