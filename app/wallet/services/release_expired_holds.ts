import db from '@adonisjs/lucid/services/db'
import type { Asset } from '#app/wallet/assets'
import { callLedger } from '#app/wallet/services/ledger'

/**
 * Gives back what holds kept beyond their time, for every workspace. Returns how many.
 *
 * @throws AggregateError at the end when some failed; the others are released all the same
 */
export class ReleaseExpiredHolds {
  async handle(now = new Date()): Promise<number> {
    const due = await db.rawQuery(
      `select distinct workspace_id, asset from wallet_holds
        where status = 'open' and expires_at <= ? order by workspace_id, asset`,
      [now]
    )
    let released = 0
    const failures: unknown[] = []
    for (const row of due.rows as { workspace_id: string; asset: Asset }[]) {
      const result = await callLedger<{ wallet_release_expired: number }>(
        'wallet_release_expired',
        [row.workspace_id, row.asset, now]
      ).catch((error: unknown) => void failures.push(error))
      released += result?.wallet_release_expired ?? 0
    }
    if (failures.length > 0) {
      throw new AggregateError(failures, `Holds of ${failures.length} accounts were not released`)
    }
    return released
  }
}
