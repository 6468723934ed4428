import db from '@adonisjs/lucid/services/db'

export interface PipelineSummary {
  /** Deals opened in the period. */
  dealsCreated: number
  won: { count: number; amountCents: number }
  lost: { count: number; byReason: { reason: string; count: number; amountCents: number }[] }
  /** As of now: what is still open, stage by stage; `weightedCents` by probability. */
  open: { stageKey: string; count: number; amountCents: number; weightedCents: number }[]
  /** Median time that deals spent in a stage which they left in the period. */
  timeInStage: { stageKey: string; medianSeconds: number; deals: number }[]
  /** Deals won in the period that came from a conversation: revenue that the agent earned. */
  attributed: { count: number; amountCents: number }
  bySource: { source: string; created: number; won: number; wonCents: number }[]
  /** Largest deals won in the period, at most five. */
  top: {
    dealId: string
    title: string
    prospect: string | null
    amountCents: number
    conversationId: string | null
    wonAt: Date
  }[]
}

/**
 * What happened in the pipeline from `from` (included) to `to` (excluded). Amounts are cents of
 * the workspace's currency.
 */
export async function pipelineSummary(
  workspaceId: string,
  from: Date,
  to: Date
): Promise<PipelineSummary> {
  const period = { workspace: workspaceId, from, to }
  const [totals, lost, open, times, sources, top] = await Promise.all([
    rowsOf<{ created: number; won: number; cents: number; linked: number; linked_cents: number }>(
      `select
         (select count(*) from deals where workspace_id = :workspace
           and created_at >= :from and created_at < :to) as created,
         count(*) as won, coalesce(sum(amount_cents), 0)::bigint as cents,
         count(conversation_id) as linked,
         coalesce(sum(amount_cents) filter (where conversation_id is not null), 0)::bigint
           as linked_cents
       from deals where workspace_id = :workspace and status = 'won'
         and won_at >= :from and won_at < :to`,
      period
    ),
    rowsOf<{ reason: string; count: number; cents: number }>(
      `select lost_reason as reason, count(*) as count,
         coalesce(sum(amount_cents), 0)::bigint as cents
       from deals where workspace_id = :workspace and status = 'lost'
         and lost_at >= :from and lost_at < :to
       group by lost_reason order by count(*) desc, lost_reason`,
      period
    ),
    rowsOf<{ key: string; count: number; cents: number; weighted: number }>(
      `select s.key, count(d.id) as count, coalesce(sum(d.amount_cents), 0)::bigint as cents,
         coalesce(round(sum(d.amount_cents * coalesce(d.probability, s.probability) / 100.0)), 0)
           ::bigint as weighted
       from stages s left join deals d
         on d.workspace_id = s.workspace_id and d.stage_id = s.id and d.status = 'open'
       where s.workspace_id = :workspace and not s.is_won
       group by s.id order by s.position`,
      { workspace: workspaceId }
    ),
    rowsOf<{ key: string; median: number; deals: number }>(
      `with steps as (
         select deal_id, to_stage_id, at, kind,
           lead(at) over (partition by deal_id order by at, id) as left_at
         from deal_events where workspace_id = :workspace and deal_id in (
           select deal_id from deal_events
           where workspace_id = :workspace and at >= :from and at < :to
         )
       )
       select s.key, count(*) as deals,
         percentile_cont(0.5) within group (order by extract(epoch from left_at - steps.at))
           as median
       from steps join stages s on s.workspace_id = :workspace and s.id = steps.to_stage_id
       where left_at >= :from and left_at < :to and steps.kind not in ('won', 'lost')
       group by s.id order by s.position`,
      period
    ),
    rowsOf<{ source: string; created: number; won: number; cents: number }>(
      `select source,
         count(*) filter (where created_at >= :from and created_at < :to) as created,
         count(*) filter (where won_at >= :from and won_at < :to) as won,
         coalesce(sum(amount_cents) filter (where won_at >= :from and won_at < :to), 0)::bigint
           as cents
       from deals where workspace_id = :workspace
         and ((created_at >= :from and created_at < :to) or (won_at >= :from and won_at < :to))
       group by source order by cents desc, created desc, source`,
      period
    ),
    rowsOf<{
      id: string
      title: string
      name: string | null
      amount_cents: number | null
      conversation_id: string | null
      won_at: Date
    }>(
      `select d.id, d.title, coalesce(p.name, p.email::text, p.phone) as name, d.amount_cents,
         d.conversation_id, d.won_at
       from deals d left join prospects p
         on p.workspace_id = d.workspace_id and p.id = d.prospect_id
       where d.workspace_id = :workspace and d.status = 'won'
         and d.won_at >= :from and d.won_at < :to
       order by d.amount_cents desc nulls last, d.won_at limit 5`,
      period
    ),
  ])

  const total = totals[0]!
  return {
    dealsCreated: total.created,
    won: { count: total.won, amountCents: total.cents },
    lost: {
      count: lost.reduce((sum, { count }) => sum + count, 0),
      byReason: lost.map(({ reason, count, cents }) => ({ reason, count, amountCents: cents })),
    },
    open: open.map(({ key, count, cents, weighted }) => ({
      stageKey: key,
      count,
      amountCents: cents,
      weightedCents: weighted,
    })),
    timeInStage: times.map(({ key, median, deals }) => ({
      stageKey: key,
      medianSeconds: Math.round(median),
      deals,
    })),
    attributed: { count: total.linked, amountCents: total.linked_cents },
    bySource: sources.map(({ source, created, won, cents }) => ({
      source,
      created,
      won,
      wonCents: cents,
    })),
    top: top.map((row) => ({
      dealId: row.id,
      title: row.title,
      prospect: row.name,
      amountCents: row.amount_cents ?? 0,
      conversationId: row.conversation_id,
      wonAt: row.won_at,
    })),
  }
}

async function rowsOf<Row>(sql: string, bindings: Record<string, string | Date>): Promise<Row[]> {
  const { rows } = await db.rawQuery<{ rows: Row[] }>(sql, bindings)
  return rows
}
