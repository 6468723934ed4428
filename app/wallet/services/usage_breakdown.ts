import db from '@adonisjs/lucid/services/db'

export interface UsageRow {
  /** A class, a purpose or a person; null when nobody in particular asked. */
  name: string | null
  count: number
  micros: number
}

/** What the wallet went to in the last 30 days, from three sides. */
export interface UsageBreakdown {
  byChannel: UsageRow[]
  byPerson: UsageRow[]
}

const DAYS = 30
const ROWS = 10

/** One pass over the month's captures; persons by name, visitors and programs together. */
export async function usageBreakdown(
  workspaceId: string,
  now = new Date()
): Promise<UsageBreakdown> {
  const { rows } = await db.rawQuery(
    `with spent as (
       select purpose, details->>'actorId' as actor, amount from wallet_transfers
       where workspace_id = :workspaceId and kind = 'capture' and asset = 'usd'
         and created_at > :now::timestamptz - make_interval(days => ${DAYS})
         and created_at <= :now
     )
     select 'channel' as side, purpose as name, count(*) as count, sum(amount)::bigint as micros
       from spent group by purpose
     union all
     select 'person', coalesce(u.full_name, u.email), count(*), sum(amount)::bigint
       from spent s
       left join memberships m on m.workspace_id = :workspaceId and m.user_id::text = s.actor
       left join users u on u.id = m.user_id
       group by u.id
     order by 4 desc`,
    { workspaceId, now }
  )
  const side = (wanted: string) =>
    (rows as (UsageRow & { side: string })[]).filter((row) => row.side === wanted).slice(0, ROWS)
  return { byChannel: side('channel'), byPerson: side('person') }
}
