import { randomBytes } from 'node:crypto'
import { BaseCommand, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'
import { OpenWorkspace, User, Workspace } from '#accounts'
import { DEMO_NAME, DEMO_PLANS, LoadDemo } from '#demo'

/** Opens a workspace that is worth looking at and prints how to get in. */
export default class DemoLoad extends BaseCommand {
  static override commandName = 'demo:load'
  static override description = 'Load the demo shop into a new workspace'
  static override options: CommandOptions = { startApp: true }

  @flags.string({ description: 'A catalogue of your own (CSV) instead of the shipped one' })
  declare catalog?: string

  @flags.string({ description: 'E-mail to sign in with', default: 'demo@example.com' })
  declare email: string

  @flags.string({ description: 'Password; made and printed when left out' })
  declare password?: string

  @flags.string({ description: 'Language of the workspace: fr or en', default: 'fr' })
  declare locale: string

  override async run() {
    if (await User.findBy('email', this.email)) {
      this.logger.error(`${this.email} has an account already. Choose another one with --email.`)
      this.exitCode = 1
      return
    }
    const password = this.password ?? randomBytes(9).toString('base64url')
    const { user, workspace } = await new OpenWorkspace().handle({
      ...{ email: this.email, password, fullName: 'Camille Demo', locale: this.locale },
      workspaceName: DEMO_NAME,
      plans: DEMO_PLANS,
    })
    const result = await new LoadDemo().handle({
      ...{ workspaceId: workspace.id, userId: user.id, catalogueFile: this.catalog },
    })
    if (!result.ok) throw new Error(`A new workspace was ${result.reason}`)

    const key = await Workspace.apiKeys.create(workspace, ['*'], { name: 'demo' })
    console.log(
      JSON.stringify({
        ...{ email: this.email, password, userId: user.id, workspaceId: workspace.id },
        ...{ apiKey: key.value!.release(), products: result.products },
        ...{ conversations: result.conversations, deals: result.deals },
      })
    )
  }
}
