import { BaseCommand, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

/** Opens an account from the terminal and prints `{"userId","workspaceId","apiKey"}`. */
export default class AccountCreate extends BaseCommand {
  static override commandName = 'account:create'
  static override description =
    'Open an account with a workspace and an API key, print them as JSON'
  static override options: CommandOptions = { startApp: true }

  @flags.string({ description: 'E-mail address to sign in with', required: true })
  declare email: string

  @flags.string({ description: 'Password, 10 characters or more', required: true })
  declare password: string

  @flags.string({ description: 'Name of the workspace', required: true })
  declare workspace: string

  @flags.array({ description: 'Plan of a line, e.g. --plan assistant=pro; repeat for more lines' })
  declare plan?: string[]

  @flags.string({ description: 'Language, en or fr', default: 'en' })
  declare locale: string

  @flags.string({ description: 'Time zone, e.g. Europe/Paris', default: 'Europe/Paris' })
  declare timezone: string

  override async run() {
    const { CreateAccount } = await import('#accounts')
    const outcome = await new CreateAccount().handle({
      email: this.email,
      password: this.password,
      workspaceName: this.workspace,
      plans: this.plan ?? [],
      locale: this.locale,
      timezone: this.timezone,
    })
    if (outcome.ok) {
      const { userId, workspaceId, apiKey } = outcome
      console.log(JSON.stringify({ userId, workspaceId, apiKey }))
      return
    }
    this.exitCode = 1
    for (const message of outcome.messages) console.error(message)
  }
}
