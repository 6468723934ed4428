import { Workspace } from '#accounts'
import { sql } from './sql.js'

export interface DayFacts {
  /** In the workspace's time zone, `2026-11-20`. */
  day: string
  visits: number
  conversations: number
  leads: number
}

export interface ConversationFacts {
  /** Page views on which the widget was shown. */
  visits: number
  /** Conversations whose first visitor message falls into the period. */
  conversations: number
  byDay: DayFacts[]
  /** Visitor messages that the agent answered. */
  answered: number
  /** Those among them that found nothing to say. */
  foundNothing: number
  /** Conversations that were left to a person. */
  handedOver: number
  /** Conversations in which a visitor left a way to reach them. */
  leads: number
  /** Price of the model calls, in micro-USD. */
  costMicros: number
  /** Answers by who found the words. */
  engines: { grounded: number; model: number }
  /** Half of the answers began within this time; null without answers. */
  medianFirstWordMs: number | null
  /** Questions that the catalogue had no answer to, the most frequent first. */
  unanswered: { text: string; count: number }[]
}

const TOP_UNANSWERED = 10

/**
 * What happened in the conversations of a period, for reports.
 *
 * @param from inclusive
 * @param to exclusive
 * @param zone time zone of the days; the workspace's own when absent
 */
export async function conversationFacts(
  workspaceId: string,
  from: Date,
  to: Date,
  zone?: string
): Promise<ConversationFacts> {
  const timezone = zone ?? (await zoneOf(workspaceId))
  const period = { workspaceId, from, to, timezone }
  const [byDay, totals, answers, unanswered] = await Promise.all([
    daysOf(period),
    totalsOf(period),
    answersOf(period),
    unansweredOf(period),
  ])
  return {
    visits: byDay.reduce((sum, { visits }) => sum + visits, 0),
    byDay,
    ...totals,
    ...answers,
    unanswered,
  }
}

async function zoneOf(workspaceId: string): Promise<string> {
  const { timezone } = await Workspace.findOrFail(workspaceId)
  return timezone
}

type Period = { workspaceId: string; from: Date; to: Date; timezone: string }

function daysOf(period: Period): Promise<DayFacts[]> {
  return sql<DayFacts>(
    `with days as (
       select generate_series(
         (:from::timestamptz at time zone :timezone)::date,
         ((:to::timestamptz - interval '1 microsecond') at time zone :timezone)::date,
         interval '1 day')::date as day
     ), talks as (
       select (first_message_at at time zone :timezone)::date as day,
              count(*)::int as conversations
         from conversations
        where workspace_id = :workspaceId and first_message_at >= :from and first_message_at < :to
        group by 1
     ), found as (
       select (lead_at at time zone :timezone)::date as day, count(*)::int as leads
         from conversations
        where workspace_id = :workspaceId and lead_at >= :from and lead_at < :to
        group by 1
     )
     select to_char(days.day, 'YYYY-MM-DD') as day,
            coalesce(v.visits, 0) as visits,
            coalesce(talks.conversations, 0) as conversations,
            coalesce(found.leads, 0) as leads
       from days
       left join page_visits v on v.workspace_id = :workspaceId and v.day = days.day
       left join talks on talks.day = days.day
       left join found on found.day = days.day
      order by days.day`,
    period
  )
}

async function totalsOf(period: Period) {
  const [row] = await sql<{ conversations: number; handedOver: number; leads: number }>(
    `select count(*) filter (where first_message_at >= :from and first_message_at < :to)::int
              as conversations,
            count(*) filter (where handoff_at >= :from and handoff_at < :to)::int as "handedOver",
            count(*) filter (where lead_at >= :from and lead_at < :to)::int as leads
       from conversations
      where workspace_id = :workspaceId and last_message_at >= :from and first_message_at < :to`,
    period
  )
  return row!
}

async function answersOf(period: Period) {
  const [row] = await sql<{
    answered: number
    foundNothing: number
    costMicros: number
    grounded: number
    model: number
    median: number | null
  }>(
    `select count(*)::int as answered,
            count(*) filter (where kind in ('not_found', 'unclear'))::int as "foundNothing",
            coalesce(sum(cost_micros), 0)::bigint as "costMicros",
            count(*) filter (where engine = 'grounded')::int as grounded,
            count(*) filter (where engine = 'model')::int as model,
            percentile_cont(0.5) within group (order by first_word_ms) as median
       from messages
      where workspace_id = :workspaceId and role = 'agent' and kind is distinct from 'greeting'
        and created_at >= :from and created_at < :to`,
    period
  )
  const { answered, foundNothing, costMicros, grounded, model, median } = row!
  return {
    answered,
    foundNothing,
    costMicros: Number(costMicros),
    engines: { grounded, model },
    medianFirstWordMs: median === null ? null : Math.round(median),
  }
}

function unansweredOf(period: Period): Promise<{ text: string; count: number }[]> {
  return sql(
    `select min(asked.text) as text, count(*)::int as count
       from messages answer
       join lateral (
         select text from messages m
          where m.workspace_id = answer.workspace_id
            and m.conversation_id = answer.conversation_id
            and m.role = 'visitor' and m.id < answer.id
          order by m.id desc limit 1
       ) asked on true
      where answer.workspace_id = :workspaceId and answer.kind in ('not_found', 'unclear')
        and answer.created_at >= :from and answer.created_at < :to
      group by lower(btrim(asked.text, ' .!…' || chr(63)))
      order by count(*) desc, max(answer.created_at) desc
      limit :top`,
    { ...period, top: TOP_UNANSWERED }
  )
}
