import db from '@adonisjs/lucid/services/db'
import type { Asset } from '#app/wallet/assets'
import { openPeriodIfDue } from '#app/wallet/services/open_period'
import { openMonth } from '#app/wallet/services/period'

export interface WalletSummary {
  period: { start: string; end: string }
  usd: {
    availableMicros: number
    heldMicros: number
    /** What is left of included and given credit, and of bought credit. */
    includedMicros: number
    purchasedMicros: number
    /** All credit valid now before anything was spent: the 100 % of the bar. */
    grantedMicros: number
    spentMicros: number
    /** Spent beyond the credit, up to the owner's limit; billed after the month. */
    overageMicros: number
  }
  conversations: UnitSummary
  quantizationCredits: UnitSummary
}

export interface UnitSummary {
  available: number
  held: number
  granted: number
  used: number
  unlimited: boolean
}

interface BalanceRow {
  asset: Asset
  timezone: string
  due: boolean
  creditedUntil: Date | null
  granted: number
  remaining: number
  bought: number
  consumed: number
  advanced: number
  held: number
  unlimited: boolean
}

/** Balances as of `now`. Credit in holds that have run out counts as available again. */
export async function walletSummary(workspaceId: string, now = new Date()): Promise<WalletSummary> {
  let rows = await readBalances(workspaceId, now)
  if (rows.some((row) => row.due)) {
    await openPeriodIfDue(workspaceId, now)
    rows = await readBalances(workspaceId, now)
  }
  const period = openMonth(now, rows[0]?.timezone ?? 'UTC', rows[0]?.creditedUntil ?? null)
  const usd = rows.find((row) => row.asset === 'usd')
  return {
    period: { start: period.start.toISOString(), end: period.end.toISOString() },
    usd: {
      availableMicros: usd?.remaining ?? 0,
      heldMicros: usd?.held ?? 0,
      includedMicros: (usd?.remaining ?? 0) - (usd?.bought ?? 0),
      purchasedMicros: usd?.bought ?? 0,
      grantedMicros: usd?.granted ?? 0,
      spentMicros: usd?.consumed ?? 0,
      overageMicros: usd?.advanced ?? 0,
    },
    conversations: unitSummary(rows.find((row) => row.asset === 'conversation')),
    quantizationCredits: unitSummary(rows.find((row) => row.asset === 'quantization_credit')),
  }
}

function unitSummary(row: BalanceRow | undefined): UnitSummary {
  return {
    available: row?.remaining ?? 0,
    held: row?.held ?? 0,
    granted: row?.granted ?? 0,
    used: row?.consumed ?? 0,
    unlimited: row?.unlimited ?? false,
  }
}

async function readBalances(workspaceId: string, now: Date): Promise<BalanceRow[]> {
  const result = await db.rawQuery(
    `with overdue as (
       select part.grant_id, sum(part.amount) as amount
         from wallet_holds h, unnest(h.grant_ids, h.grant_amounts) part(grant_id, amount)
        where h.workspace_id = :workspaceId and h.status = 'open' and h.expires_at <= :now
        group by part.grant_id
     ), live as (
       select g.*, coalesce(o.amount, 0) as overdue
         from wallet_grants g left join overdue o on o.grant_id = g.id
        where g.workspace_id = :workspaceId and g.closed_at is null
          and g.starts_at <= :now and g.expires_at > :now
     )
     select a.asset, w.timezone,
       exists (select 1 from wallet_subscriptions s
                where s.workspace_id = w.id and s.credited_until <= :now) as due,
       (select max(s.credited_until) from wallet_subscriptions s
         where s.workspace_id = w.id) as "creditedUntil",
       coalesce(sum(l.amount - l.expired) filter (where l.source <> 'overage'), 0)::bigint as granted,
       coalesce(sum(l.remaining + l.overdue) filter (where l.source <> 'overage'), 0)::bigint
         as remaining,
       coalesce(sum(l.remaining + l.overdue) filter (where l.source = 'pack'), 0)::bigint as bought,
       coalesce(sum(l.consumed) filter (where l.source <> 'overage'), 0)::bigint as consumed,
       coalesce(sum(l.consumed) filter (where l.source = 'overage'), 0)::bigint as advanced,
       coalesce(sum(l.held - l.overdue), 0)::bigint as held,
       coalesce(bool_or(l.unlimited), false) as unlimited
     from workspaces w
     join wallets a on a.workspace_id = w.id
     left join live l on l.asset = a.asset
     where w.id = :workspaceId
     group by a.asset, w.id, w.timezone`,
    { workspaceId, now }
  )
  return result.rows as BalanceRow[]
}
