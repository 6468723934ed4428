import db from '@adonisjs/lucid/services/db'
import type { Asset } from '#app/wallet/assets'
import { callLedger } from '#app/wallet/services/ledger'

/** Gives back what holds kept beyond their time, for every workspace. Returns how many. */
export class ReleaseExpiredHolds {
  async handle(now = new Date()): Promise<number> {
    const due = await db.rawQuery(
      `select distinct workspace_id, asset from wallet_holds
        where status = 'open' and expires_at <= ? order by workspace_id, asset`,
      [now]
    )
    let released = 0
    for (const row of due.rows as { workspace_id: string; asset: Asset }[]) {
      const { wallet_release_expired: count } = await callLedger<{
        wallet_release_expired: number
      }>('wallet_release_expired', [row.workspace_id, row.asset, now])
      released += count
    }
    return released
  }
}
