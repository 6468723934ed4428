import string from '@adonisjs/core/helpers/string'
import db from '@adonisjs/lucid/services/db'
import emitter from '@adonisjs/core/services/emitter'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { nanoid } from 'nanoid'
import User from '#app/accounts/models/user'
import Membership from '#app/accounts/models/membership'
import Workspace from '#app/accounts/models/workspace'

export interface OpenWorkspaceInput {
  email: string
  password: string | null
  fullName?: string | null
  googleId?: string | null
  workspaceName: string
  locale?: string
  timezone?: string
  plans?: Record<string, string>
}

/**
 * Signs a person up together with their first workspace. Rooms above (wallet, pipeline, agent)
 * set up their part on `workspace:opened`, inside the same transaction: all of it or nothing.
 *
 * @throws the database's unique violation (23505) when the e-mail is taken
 */
export class OpenWorkspace {
  async handle(input: OpenWorkspaceInput): Promise<{ user: User; workspace: Workspace }> {
    return db.transaction(async (trx) => {
      const locale = input.locale ?? 'en'
      const user = await User.create(
        {
          email: input.email,
          password: input.password,
          fullName: input.fullName ?? null,
          googleId: input.googleId ?? null,
          locale,
        },
        { client: trx }
      )
      await user.refresh()
      const workspace = await this.addWorkspace(user, input, trx)
      return { user, workspace }
    })
  }

  /** Opens a further workspace for somebody who has an account already. */
  async addWorkspace(
    user: User,
    input: Pick<OpenWorkspaceInput, 'workspaceName' | 'locale' | 'timezone' | 'plans'>,
    trx: TransactionClientContract
  ): Promise<Workspace> {
    const slug = string.slug(input.workspaceName, { lower: true, strict: true }) || 'workspace'
    const workspace = await Workspace.create(
      {
        name: input.workspaceName,
        slug: `${slug.slice(0, 40)}-${nanoid(8).toLowerCase()}`,
        locale: input.locale ?? 'en',
        timezone: input.timezone ?? 'Europe/Paris',
        currency: 'EUR',
      },
      { client: trx }
    )
    await workspace.refresh()
    await Membership.create(
      { workspaceId: workspace.id, userId: user.id, role: 'owner' },
      { client: trx }
    )
    // One after the other: they share the transaction's single connection.
    await emitter.emitSerial('workspace:opened', {
      workspaceId: workspace.id,
      ownerId: user.id,
      locale: workspace.locale,
      plans: input.plans ?? {},
      trx,
    })
    return workspace
  }
}
