import db from '@adonisjs/lucid/services/db'
import type { DealEventKind } from '#app/crm/models/deal_event'

export interface DealStep {
  kind: DealEventKind
  from_key: string | null
  from_name: string | null
  to_key: string | null
  to_name: string | null
  amount_cents: number | null
  reason: string | null
  actor_kind: 'user' | 'api_key' | 'system'
  actor: string | null
  at: Date
  /** Seconds until the next step, or until now for the last one of an open deal. */
  seconds: number | null
}

/** The history of a deal, newest first, with how long each step lasted. */
export async function dealSteps(workspaceId: string, dealId: string): Promise<DealStep[]> {
  const { rows } = await db.rawQuery<{ rows: DealStep[] }>(
    `select e.kind, f.key as from_key, f.name as from_name, t.key as to_key, t.name as to_name,
       e.amount_cents, e.reason, e.actor_kind, coalesce(u.full_name, u.email::text) as actor, e.at,
       extract(epoch from coalesce(
         lead(e.at) over (order by e.at, e.id),
         case when e.kind not in ('won', 'lost') then now() end
       ) - e.at)::float8 as seconds
     from deal_events e
     left join stages f on f.workspace_id = e.workspace_id and f.id = e.from_stage_id
     left join stages t on t.workspace_id = e.workspace_id and t.id = e.to_stage_id
     left join users u on e.actor_kind = 'user' and u.id = e.actor_id
     where e.workspace_id = ? and e.deal_id = ?
     order by e.at desc, e.id desc limit 200`,
    [workspaceId, dealId]
  )
  return rows
}
