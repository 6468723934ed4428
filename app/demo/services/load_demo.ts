import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { DateTime } from 'luxon'
import { Workspace } from '#accounts'
import { backdateSubscriptions } from '#wallet'
import { importCatalogue, importDemoCatalogue } from '#sales_agent'
import type { Result } from '#shared/result'
import { demoDays } from '#app/demo/calendar'
import { SeededRandom } from '#shared/random'
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
    const written = await db.transaction(async (trx) => {
      if (!(await this.#claim(input, trx))) return null
      await backdateSubscriptions({ workspaceId, since: days[0]!.date.toJSDate() }, trx)
      const history = new WriteHistory(workspaceId, answers, now, random)
      const done = await history.handle(days, trx)
      await writeTasks(input, done.openDealIds, now, random, trx)
      return done
    })
    if (!written) return { ok: false, reason: 'already_loaded' }
    return { ok: true, conversations: written.conversations, deals: written.deals, products }
  }

  async #isLoaded(workspaceId: string): Promise<boolean> {
    const load = await db.from('demo_loads').where({ workspace_id: workspaceId }).first()
    return Boolean(load?.loaded_at)
  }

  /** Of two loads at the same time the second waits here, then finds nothing left to do. */
  async #claim(input: LoadDemoInput, trx: TransactionClientContract): Promise<boolean> {
    const { rows } = await trx.rawQuery(
      `insert into demo_loads (workspace_id, loaded_by, seed, loaded_at)
       values (:workspaceId, :userId, :seed, now())
       on conflict (workspace_id) do update set seed = excluded.seed, loaded_at = now()
         where demo_loads.loaded_at is null
       returning workspace_id`,
      { workspaceId: input.workspaceId, userId: input.userId, seed: SEED }
    )
    return rows.length === 1
  }

  /** @returns how many products the workspace has now */
  async #loadCatalogue({ workspaceId, catalogueFile }: LoadDemoInput): Promise<number> {
    const { created, updated, unchanged } = catalogueFile
      ? await importCatalogue({ workspaceId, path: catalogueFile, fileName: catalogueFile })
      : await importDemoCatalogue(workspaceId)
    return created + updated + unchanged
  }
}
