import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { OpenWorkspace, recordAudit, type User } from '#accounts'
import { jobs } from '#shared/jobs/jobs'

export const LOAD_DEMO = 'demo.load'

/** Plans of the demo shop: enough conversations for its months, and credit for a few models. */
export const DEMO_PLANS = { assistant: 'individual', agent: 'business', crm: 'starter' }
export const DEMO_NAME = 'Atelier Belvédère'

/**
 * Opens the demo shop as a workspace of its own beside the person's: nothing invented is ever
 * mixed with their data. Filling it is a job; asking again finds the same workspace.
 */
export class OpenDemo {
  async handle(user: User, locale: string): Promise<{ workspaceId: string }> {
    return db.transaction(async (trx) => {
      await this.#oneAtATime(user, trx)
      const known = await trx.from('demo_loads').where({ loaded_by: user.id }).first()
      if (known) return { workspaceId: known.workspace_id }

      const { id: workspaceId } = await new OpenWorkspace().addWorkspace(
        user,
        { workspaceName: DEMO_NAME, locale, plans: DEMO_PLANS },
        trx
      )
      await trx.table('demo_loads').insert({ workspace_id: workspaceId, loaded_by: user.id })
      await recordAudit({ workspaceId, actorId: user.id, action: 'demo.opened' }, trx)
      await jobs.enqueue(LOAD_DEMO, { workspaceId, userId: user.id }, { trx })
      return { workspaceId }
    })
  }

  /** A double click waits for the first one instead of opening a second shop. */
  async #oneAtATime(user: User, trx: TransactionClientContract): Promise<void> {
    await trx.from('users').where({ id: user.id }).forUpdate().select('id')
  }
}
