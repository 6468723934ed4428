import db from '@adonisjs/lucid/services/db'

export interface WalletFigures {
  availableMicros: number
  grantedMicros: number
  percentUsed: number
  conversationsAvailable: number
  conversationsUnlimited: boolean
}

/** The few figures that every page shows: one query over the open grants' index. */
export async function walletFigures(workspaceId: string, now = new Date()): Promise<WalletFigures> {
  const result = await db.rawQuery(
    `select
       coalesce(sum(remaining) filter (where asset = 'usd' and source <> 'overage'), 0)::bigint as available,
       coalesce(sum(amount - expired) filter (where asset = 'usd' and source <> 'overage'), 0)::bigint as granted,
       coalesce(sum(consumed) filter (where asset = 'usd' and source <> 'overage'), 0)::bigint as consumed,
       coalesce(sum(remaining) filter (where asset = 'conversation'), 0)::bigint as conversations,
       coalesce(bool_or(unlimited) filter (where asset = 'conversation'), false) as unlimited
     from wallet_grants
     where workspace_id = :workspaceId and closed_at is null
       and asset in ('conversation', 'usd') and expires_at > :now and starts_at <= :now`,
    { workspaceId, now }
  )
  const row = result.rows[0] as {
    available: number
    granted: number
    consumed: number
    conversations: number
    unlimited: boolean
  }
  return {
    availableMicros: row.available,
    grantedMicros: row.granted,
    percentUsed: row.granted === 0 ? 0 : Math.floor((row.consumed * 100) / row.granted),
    conversationsAvailable: row.conversations,
    conversationsUnlimited: row.unlimited,
  }
}
