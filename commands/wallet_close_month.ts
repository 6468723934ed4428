import { BaseCommand, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'
import { DateTime } from 'luxon'
import { CloseMonth } from '#wallet'

/** Does at once what the schedule does at the end of each workspace's month. */
export default class WalletCloseMonth extends BaseCommand {
  static override commandName = 'wallet:close-month'
  static override description =
    'Book unused credit as breakage and grant the new month; safe to repeat'
  static override options: CommandOptions = { startApp: true }

  @flags.string({ description: 'Act as if it were this moment (ISO 8601); default: now' })
  declare at?: string

  override async run() {
    const at = this.at === undefined ? DateTime.now() : DateTime.fromISO(this.at, { zone: 'utc' })
    if (!at.isValid) {
      this.logger.error(`--at is not an ISO 8601 date or time: ${this.at}`)
      this.exitCode = 1
      return
    }
    console.log(JSON.stringify(await new CloseMonth().handle(at.toJSDate())))
  }
}
