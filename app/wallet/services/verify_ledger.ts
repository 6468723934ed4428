import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { LEDGER_CHECKS } from '#app/wallet/services/ledger_checks'

export interface LedgerDifference {
  rule: string
  subject: string
  expected: string
  found: string
}

export interface LedgerReport {
  differences: LedgerDifference[]
  counts: { wallets: number; transfers: number; holds: number; grants: number; rules: number }
}

/** A broken rule lists at most so many rows: the first ones tell what happened. */
const DIFFERENCES_PER_RULE = 20

/** Recomputes the whole ledger from one snapshot, without stopping anybody. */
export class VerifyLedger {
  async handle(): Promise<LedgerReport> {
    return db.transaction(
      async (trx) => {
        await trx.rawQuery('set transaction read only')
        const differences: LedgerDifference[] = []
        for (const { rule, sql } of LEDGER_CHECKS) {
          const { rows } = await trx.rawQuery(
            `select * from (${sql}) differences limit ${DIFFERENCES_PER_RULE}`
          )
          differences.push(...rows.map((row: object) => ({ rule, ...row })))
        }
        return { differences, counts: await this.#count(trx) }
      },
      { isolationLevel: 'repeatable read' }
    )
  }

  async #count(trx: TransactionClientContract) {
    const { rows } = await trx.rawQuery(`select
      (select count(*) from wallets) as wallets,
      (select count(*) from wallet_transfers) as transfers,
      (select count(*) from wallet_holds) as holds,
      (select count(*) from wallet_grants) as grants`)
    return { ...rows[0], rules: LEDGER_CHECKS.length } as LedgerReport['counts']
  }
}
