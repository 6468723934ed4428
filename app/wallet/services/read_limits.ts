import db from '@adonisjs/lucid/services/db'
import { recordAudit } from '#accounts'

/** What an owner allows beyond the credit, and within an hour; micro-dollars. */
export interface WalletLimits {
  /** How much may be spent beyond the credit in a month and is billed after it; 0 for nothing. */
  overageMicros: number
  /** Spending in an hour from which on requests are answered by a cheaper model; null: usual. */
  hourlyMicros: number | null
}

export async function readLimits(workspaceId: string): Promise<WalletLimits> {
  const row = await db.from('wallet_limits').where('workspace_id', workspaceId).first()
  return { overageMicros: row?.overage_micros ?? 0, hourlyMicros: row?.hourly_micros ?? null }
}

export async function saveLimits(
  workspaceId: string,
  userId: string,
  limits: WalletLimits
): Promise<void> {
  await db.transaction(async (trx) => {
    await trx
      .insertQuery()
      .table('wallet_limits')
      .insert({
        workspace_id: workspaceId,
        overage_micros: limits.overageMicros,
        hourly_micros: limits.hourlyMicros,
        updated_by: userId,
        updated_at: new Date(),
      })
      .onConflict('workspace_id')
      .merge()
    await recordAudit(
      {
        workspaceId,
        actorId: userId,
        action: 'wallet.limits_changed',
        subjectType: 'wallet',
        subjectId: workspaceId,
        details: { ...limits },
      },
      trx
    )
  })
}
