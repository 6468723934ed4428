import db from '@adonisjs/lucid/services/db'
import type { Asset } from '#app/wallet/assets'

/**
 * What a wallet could spend or had in holds at an instant, past or future: the grants that were
 * written by then and valid at that moment, less what had left them. Grants end at their time by
 * this rule, not when a job books it; in the future nothing more is spent.
 */
export async function balanceAt(workspaceId: string, asset: Asset, at: Date): Promise<number> {
  const { rows } = await db.rawQuery(
    `select coalesce(sum(g.amount - coalesce(gone.amount, 0)), 0)::bigint as balance
     from wallet_grants g
     left join lateral (
       select sum(case t.kind when 'restore' then -part.amount when 'correction' then -part.amount
         else part.amount end) as amount
       from wallet_transfers t, unnest(t.grant_ids, t.grant_amounts) part(grant_id, amount)
       where t.workspace_id = g.workspace_id and t.kind <> 'grant' and part.grant_id = g.id
         and g.id = any(t.grant_ids) and t.created_at <= :at
     ) gone on true
     where g.workspace_id = :workspaceId and g.asset = :asset and g.created_at <= :at
       and g.starts_at <= :at and g.expires_at > :at`,
    { workspaceId, asset, at }
  )
  return rows[0].balance as number
}

export interface BreakageForecast {
  /** Ends unused when nothing more is spent until then. */
  mostMicros: number
  /** Ends unused at the pace of the last days. */
  expectedMicros: number
}

/** Dollars of credit that will have ended unused by an instant, as far as grants are known now. */
export async function breakageForecast(
  workspaceId: string,
  until: Date,
  pacePerDay: number,
  now = new Date()
): Promise<BreakageForecast> {
  const { rows } = await db.rawQuery(
    `select coalesce(sum(remaining + held), 0)::bigint as amount, max(expires_at) as last
     from wallet_grants
     where workspace_id = :workspaceId and asset = 'usd' and closed_at is null
       and not unlimited and source <> 'overage' and expires_at > :now and expires_at <= :until`,
    { workspaceId, now, until }
  )
  const { amount, last } = rows[0] as { amount: number; last: Date | null }
  const days = last ? (last.getTime() - now.getTime()) / 86_400_000 : 0
  const expected = Math.max(0, amount - Math.round(pacePerDay * days))
  return { mostMicros: amount, expectedMicros: expected }
}
