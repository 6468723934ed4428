import db from '@adonisjs/lucid/services/db'
import type Stage from '#app/crm/models/stage'
import { listStages } from '#app/crm/services/list_stages'

/** Cards shown per column; the column's page shows them all. */
const CARDS = 40

/** Days for which a won deal stays on the board. */
const WON_DAYS = 30

export interface BoardCard {
  id: string
  stage_id: string
  title: string
  amount_cents: number | null
  currency: string
  source: string
  conversation_id: string | null
  entered_stage_at: Date
  prospect: string | null
  score: number | null
  next_task: string | null
}

export interface BoardColumn {
  stage: Stage
  count: number
  amountCents: number
  cards: BoardCard[]
}

/**
 * The pipeline as columns with their cards, counts and sums. Only open deals, and in the last
 * column those won lately.
 *
 * @param only key of the one stage to show, with many more of its cards
 */
export async function readBoard(workspaceId: string, only?: string): Promise<BoardColumn[]> {
  const all = await listStages(workspaceId)
  const stages = all.filter(({ key }) => !only || key === only)
  const ids = stages.map(({ id }) => id)
  const bindings = { workspace: workspaceId, stages: ids, limit: only ? 500 : CARDS }
  const [sums, cards] = await Promise.all([
    db.rawQuery<{ rows: { stage_id: string; count: number; cents: number }[] }>(
      `select stage_id, count(*) as count, coalesce(sum(amount_cents), 0)::bigint as cents
       from deals where workspace_id = :workspace and stage_id = any(:stages::uuid[])
         and (status = 'open' or (status = 'won' and won_at > now() - interval '${WON_DAYS} days'))
       group by stage_id`,
      bindings
    ),
    db.rawQuery<{ rows: BoardCard[] }>(
      `select d.*, coalesce(p.name, p.email::text, p.phone) as prospect, p.score,
         (select t.title from tasks t where t.workspace_id = :workspace and t.deal_id = d.id
           and t.done_at is null order by t.due_on, t.id limit 1) as next_task
       from stages s cross join lateral (
         (select id, stage_id, title, amount_cents, currency, source, conversation_id,
            entered_stage_at, prospect_id, position
          from deals where workspace_id = :workspace and stage_id = s.id and status = 'open'
          order by position desc, id desc limit :limit)
         union all
         (select id, stage_id, title, amount_cents, currency, source, conversation_id,
            entered_stage_at, prospect_id, extract(epoch from won_at) * 1000 as position
          from deals where s.is_won and workspace_id = :workspace and stage_id = s.id
            and status = 'won' and won_at > now() - interval '${WON_DAYS} days'
          order by won_at desc limit :limit)
       ) d
       left join prospects p on p.workspace_id = :workspace and p.id = d.prospect_id
       where s.workspace_id = :workspace and s.id = any(:stages::uuid[])
       order by s.position, d.position desc, d.id desc`,
      bindings
    ),
  ])
  return stages.map((stage) => {
    const sum = sums.rows.find((row) => row.stage_id === stage.id)
    return {
      stage,
      count: sum?.count ?? 0,
      amountCents: sum?.cents ?? 0,
      cards: cards.rows.filter((card) => card.stage_id === stage.id),
    }
  })
}
