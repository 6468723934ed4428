import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { ASSETS } from '#app/wallet/assets'
import { billOverage } from '#app/wallet/services/bill_overage'
import { callLedger } from '#app/wallet/services/ledger'
import { openPeriodIfDue } from '#app/wallet/services/open_period'

export interface ClosedMonth {
  /** Workspaces in which something was due. */
  workspaces: number
  /** Grants whose rest became breakage, and that rest by asset. */
  expiredGrants: number
  expired: Record<string, number>
  /** Workspaces that received the included credit of their new month. */
  credited: number
}

/**
 * Ends what is over at `at` and begins the month that follows: credit that nobody used becomes
 * breakage, each grant by a transfer of its own, and every plan's included credit is granted.
 * Workspaces are handled one by one, each in a transaction; a second run finds nothing to do.
 *
 * @param only one workspace instead of all
 */
export class CloseMonth {
  async handle(at = new Date(), only?: string): Promise<ClosedMonth> {
    const closed: ClosedMonth = { workspaces: 0, expiredGrants: 0, expired: {}, credited: 0 }
    const failures: unknown[] = []
    for (const workspaceId of only ? [only] : await this.#due(at)) {
      closed.workspaces += 1
      const ended = await db
        .transaction((trx) => closeMonthOf(workspaceId, at, trx))
        .catch((error: unknown) => void failures.push(error))
      if (!ended) continue
      closed.expiredGrants += ended.expiredGrants
      if (ended.credited) closed.credited += 1
      for (const [asset, amount] of Object.entries(ended.expired)) {
        closed.expired[asset] = (closed.expired[asset] ?? 0) + amount
      }
    }
    // One workspace in trouble must not keep the month of all the others from ending.
    if (failures.length > 0) {
      throw new AggregateError(failures, `The month of ${failures.length} workspaces did not end`)
    }
    return closed
  }

  /** Months end at midnight in each workspace's own time zone; both columns carry that moment. */
  async #due(at: Date): Promise<string[]> {
    const result = await db.rawQuery(
      `select workspace_id from wallet_subscriptions where credited_until <= :at
       union
       select workspace_id from wallet_grants where closed_at is null and expires_at <= :at`,
      { at }
    )
    return (result.rows as { workspace_id: string }[]).map((row) => row.workspace_id)
  }
}

/** Ends and begins what is due in one workspace. Safe to repeat. */
export async function closeMonthOf(
  workspaceId: string,
  at: Date,
  trx: TransactionClientContract
): Promise<{ expiredGrants: number; expired: Record<string, number>; credited: boolean }> {
  const expired: Record<string, number> = {}
  let expiredGrants = 0
  for (const asset of ASSETS) {
    const row = await callLedger<{ grants: number; amount: number }>(
      'wallet_expire_grants',
      [workspaceId, asset, at],
      trx
    )
    expiredGrants += row.grants
    if (row.amount > 0) expired[asset] = row.amount
  }
  await billOverage(workspaceId, at, trx)
  return { expiredGrants, expired, credited: await openPeriodIfDue(workspaceId, at, trx) }
}
