import { BaseCommand, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

/** For the owner of a box without a mail server: prints a link that sets a new password. */
export default class AccountResetLink extends BaseCommand {
  static override commandName = 'account:reset-link'
  static override description = 'Print a link that sets a new password once'
  static override options: CommandOptions = { startApp: true }

  @flags.string({ description: 'E-mail address of the account', required: true })
  declare email: string

  override async run() {
    const { openPasswordReset } = await import('#accounts')
    const opened = await openPasswordReset(this.email.trim())
    if (opened) return console.log(opened.url)
    this.exitCode = 1
    console.error(`There is no account with ${this.email}`)
  }
}
