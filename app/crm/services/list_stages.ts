import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Stage from '#app/crm/models/stage'
import { OpenPipeline } from '#app/crm/services/open_pipeline'

/**
 * Stages of a workspace from first to last. A workspace that was opened before it had a
 * pipeline gets the default one here.
 */
export async function listStages(
  workspaceId: string,
  trx?: TransactionClientContract
): Promise<Stage[]> {
  const stages = await readStages(workspaceId, trx)
  if (stages.length > 0) return stages
  if (trx) await new OpenPipeline().handle(workspaceId, trx)
  else await db.transaction((own) => new OpenPipeline().handle(workspaceId, own))
  return readStages(workspaceId, trx)
}

function readStages(workspaceId: string, trx?: TransactionClientContract): Promise<Stage[]> {
  const query = Stage.in(workspaceId).orderBy('position', 'asc')
  if (trx) query.useTransaction(trx)
  return query
}
