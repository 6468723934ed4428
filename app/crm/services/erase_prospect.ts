import db from '@adonisjs/lucid/services/db'
import emitter from '@adonisjs/core/services/emitter'
import { recordAudit } from '#accounts'

/**
 * Erases a person at their request (GDPR art. 17): the record, notes, tasks and what imports
 * remember of them. Deals stay as figures without a person, because accounts must still add up;
 * their titles and texts go. Rooms above erase what they hold on `prospect:erased`. The audit
 * trail keeps that it was done, not who it was.
 *
 * @returns false when there is no such person
 */
export class EraseProspect {
  async handle(workspaceId: string, id: string, actorId: string): Promise<boolean> {
    return db.transaction(async (trx) => {
      const about = { workspace: workspaceId, id }
      const { rows } = await trx.rawQuery<{ rows: { id: string }[] }>(
        'select id from prospects where workspace_id = :workspace and id = :id for update',
        about
      )
      if (rows.length === 0) return false
      const ofDeals = `deal_id in (
        select id from deals where workspace_id = :workspace and prospect_id = :id)`
      await trx.rawQuery(`delete from notes where workspace_id = :workspace and ${ofDeals}`, about)
      await trx.rawQuery(`delete from tasks where workspace_id = :workspace and ${ofDeals}`, about)
      await trx.rawQuery(
        `update deals set title = '–', interest = null, company_id = null, lost_reason = case
           when lost_reason in ('price', 'timing', 'competitor', 'no_answer', 'no_need',
             'product_missing') then lost_reason
           when lost_reason is not null then '–' end, updated_at = now()
         where workspace_id = :workspace and prospect_id = :id`,
        about
      )
      // Before the links to them go, and with the transaction: all of it or nothing.
      await emitter.emitSerial('prospect:erased', { workspaceId, prospectId: id, trx })
      await trx.rawQuery(
        'delete from prospects where workspace_id = :workspace and id = :id',
        about
      )
      await recordAudit(
        {
          workspaceId,
          actorId,
          actorKind: 'user',
          action: 'crm.prospect_erased',
          subjectType: 'prospect',
          subjectId: id,
        },
        trx
      )
      return true
    })
  }
}
