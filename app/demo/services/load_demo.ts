import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { DateTime } from 'luxon'
import { Workspace } from '#accounts'
import { backdateSubscriptions } from '#wallet'
import { importCatalogue, importDemoCatalogue } from '#sales_agent'
import type { Result } from '#shared/result'
import { demoDays } from '#app/demo/calendar'
import { SeededRandom } from '#app/demo/random'
import { askDemoLines } from '#app/demo/services/demo_answers'
import { WriteHistory } from '#app/demo/services/write_history'
import { writeTasks } from '#app/demo/services/write_tasks'

/** Everybody's demo workspace looks the same. */
const SEED = 20261120

export interface LoadDemoInput {
  workspaceId: string
  /** The person who loads it; tasks are theirs. */
  userId: string
  /** A catalogue of one's own instead of the shipped one. */
  catalogueFile?: string
  now?: Date
}

export type LoadDemoResult = Result<
  { conversations: number; deals: number; products: number },
  { reason: 'already_loaded' }
>

/**
 * Fills a workspace with some months of a shop's life: catalogue, visits, conversations, leads,
 * deals and spending, generated from a seed and answered by the real engine. All or nothing.
 */
export class LoadDemo {
  async handle(input: LoadDemoInput): Promise<LoadDemoResult> {
    const { workspaceId } = input
    const workspace = await Workspace.findOrFail(workspaceId)
    const now = DateTime.fromJSDate(input.now ?? new Date()).setZone(workspace.timezone)
    if (await this.#isLoaded(workspaceId)) return { ok: false, reason: 'already_loaded' }

    const products = await this.#loadCatalogue(input)
    const answers = await askDemoLines(workspaceId)
    const random = new SeededRandom(SEED)
    const days = demoDays(now, random)
    const { conversations, deals } = await db.transaction(async (trx) => {
      await this.#mark(input, trx)
      await backdateSubscriptions({ workspaceId, since: days[0]!.date.toJSDate() }, trx)
      const history = new WriteHistory(workspaceId, answers, now, random)
      const written = await history.handle(days, trx)
      await writeTasks(input, written.openDealIds, now, random, trx)
      return written
    })
    return { ok: true, conversations, deals, products }
  }

  async #isLoaded(workspaceId: string): Promise<boolean> {
    return (await db.from('demo_loads').where({ workspace_id: workspaceId }).first()) !== null
  }

  /** The row's key refuses a second load that runs at the same time. */
  async #mark(input: LoadDemoInput, trx: TransactionClientContract): Promise<void> {
    await trx
      .table('demo_loads')
      .insert({ workspace_id: input.workspaceId, loaded_by: input.userId, seed: SEED })
  }

  /** @returns how many products the workspace has now */
  async #loadCatalogue({ workspaceId, catalogueFile }: LoadDemoInput): Promise<number> {
    const { created, updated, unchanged } = catalogueFile
      ? await importCatalogue({ workspaceId, path: catalogueFile, fileName: catalogueFile })
      : await importDemoCatalogue(workspaceId)
    return created + updated + unchanged
  }
}
