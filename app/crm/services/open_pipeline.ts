import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { DEFAULT_STAGES } from '#app/crm/stages'

/** Gives a workspace its pipeline. Safe to repeat. */
export class OpenPipeline {
  async handle(workspaceId: string, trx: TransactionClientContract): Promise<void> {
    const rows = DEFAULT_STAGES.map((stage, position) => ({ ...stage, position }))
    await trx.rawQuery(
      `insert into stages (workspace_id, key, position, probability, is_won)
       select ?, key, position, probability, "isWon"
       from jsonb_to_recordset(?::jsonb)
         as row (key text, position smallint, probability smallint, "isWon" boolean)
       on conflict (workspace_id, key) do nothing`,
      [workspaceId, JSON.stringify(rows)]
    )
  }
}
