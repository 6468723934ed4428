import db from '@adonisjs/lucid/services/db'

export interface HourlyPace {
  /** Spent in the last 60 minutes, holds at work included; micro-dollars. */
  spentMicros: number
  ceilingMicros: number
  /** From here on a request is better answered by a cheaper or a local model. */
  exceeded: boolean
}

/** Without an owner's choice: a quarter of the credit that is valid now, and at least a dollar. */
const USUAL_SHARE = 0.25
const LEAST_MICROS = 1_000_000

/**
 * Whether a workspace spends so fast that something must be wrong: a loop, a stolen key. Nothing
 * is refused for it; who asks a model degrades instead (OWASP LLM06, unbounded consumption).
 */
export async function hourlyPace(workspaceId: string, now = new Date()): Promise<HourlyPace> {
  const { rows } = await db.rawQuery(
    `select
       (select coalesce(sum(amount), 0) from wallet_transfers
         where workspace_id = :workspaceId and kind = 'capture' and asset = 'usd'
           and created_at > :now::timestamptz - interval '1 hour' and created_at <= :now)
       + (select coalesce(sum(amount), 0) from wallet_holds
         where workspace_id = :workspaceId and asset = 'usd' and status = 'open'
           and expires_at > :now) as spent,
       (select hourly_micros from wallet_limits where workspace_id = :workspaceId) as ceiling,
       (select coalesce(sum(amount - expired), 0)::bigint from wallet_grants
         where workspace_id = :workspaceId and asset = 'usd' and closed_at is null
           and starts_at <= :now and expires_at > :now) as granted`,
    { workspaceId, now }
  )
  const { spent, ceiling, granted } = rows[0] as {
    spent: number | string
    ceiling: number | null
    granted: number
  }
  const spentMicros = Number(spent)
  const ceilingMicros = ceiling ?? Math.max(LEAST_MICROS, Math.floor(granted * USUAL_SHARE))
  return { spentMicros, ceilingMicros, exceeded: spentMicros >= ceilingMicros }
}
