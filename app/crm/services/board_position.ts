import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type Deal from '#app/crm/models/deal'

/** Room left between two cards that stand at the very end of a column. */
const STEP = 1000

/**
 * Position of a card that is dropped right below another one, or on top of the column without
 * one. Positions are fractions between the neighbours', so that nobody else has to move.
 */
export async function boardPosition(
  trx: TransactionClientContract,
  deal: Deal,
  stageId: string,
  afterId?: string | null
): Promise<number> {
  const { rows } = await trx.rawQuery<{ rows: { id: string; position: number }[] }>(
    afterId
      ? `with above as (
           select position from deals
           where workspace_id = :workspace and id = :after and stage_id = :stage
         )
         select id, position from deals
         where workspace_id = :workspace and stage_id = :stage and status = 'open'
           and id <> :deal and position <= (select position from above)
         order by position desc, id desc limit 2`
      : `select id, position from deals
         where workspace_id = :workspace and stage_id = :stage and status = 'open' and id <> :deal
         order by position desc, id desc limit 1`,
    {
      workspace: deal.workspaceId,
      stage: stageId,
      deal: deal.id,
      ...(afterId ? { after: afterId } : {}),
    }
  )
  const [first, second] = rows
  if (!first) return Date.now()
  if (!afterId) return Math.max(Date.now(), first.position + STEP)
  return second ? (first.position + second.position) / 2 : first.position - STEP
}
