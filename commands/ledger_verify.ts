import { BaseCommand } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'
import { VerifyLedger } from '#wallet'

/** Recomputes every balance from the transfers. */
export default class LedgerVerify extends BaseCommand {
  static override commandName = 'ledger:verify'
  static override description = 'Recompute the ledger from its transfers; exit 1 on any difference'
  static override options: CommandOptions = { startApp: true }

  override async run() {
    const { differences, counts } = await new VerifyLedger().handle()
    for (const { rule, subject, expected, found } of differences) {
      console.log(`DIFFERENCE ${subject}: ${rule}; expected ${expected}, found ${found}`)
    }
    if (differences.length > 0) {
      this.exitCode = 1
      return
    }
    console.log(
      `ledger ok: ${counts.wallets} wallets, ${counts.transfers} transfers, ` +
        `${counts.holds} holds, ${counts.grants} grants, ${counts.rules} rules`
    )
  }
}
