import db from '@adonisjs/lucid/services/db'
import logger from '@adonisjs/core/services/logger'
import { notifyOperators } from '#accounts'
import { VerifyLedger } from '#app/wallet/services/verify_ledger'

/** Checks the whole ledger every night and tells the box's operators when a rule is broken. */
export async function reconcileLedger(now = new Date()): Promise<number> {
  const { differences } = await new VerifyLedger().handle()
  if (differences.length === 0) return 0
  logger.error({ differences: differences.slice(0, 5) }, 'the ledger does not add up')
  await db.transaction((trx) =>
    notifyOperators(
      {
        kind: 'wallet.ledger_difference',
        titleKey: 'wallet.notices.ledger.title',
        bodyKey: 'wallet.notices.ledger.body',
        data: { count: differences.length, rule: differences[0]!.rule },
        dedupeKey: `wallet.ledger:${now.toISOString().slice(0, 10)}`,
      },
      trx
    )
  )
  return differences.length
}
