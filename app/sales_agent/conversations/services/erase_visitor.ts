import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { sql } from './sql.js'

/**
 * Takes a person out of the conversations that led to them: name, contact details and every word
 * that was said. The conversations stay as figures, because reports and wallet must still add up.
 */
export async function eraseVisitor(
  workspaceId: string,
  prospectId: string,
  trx: TransactionClientContract
): Promise<void> {
  const about = { workspaceId, prospectId }
  await sql(
    `update messages m set text = '–', idempotency_key = null
       from conversations c
      where c.workspace_id = :workspaceId and c.prospect_id = :prospectId
        and m.workspace_id = c.workspace_id and m.conversation_id = c.id`,
    about,
    trx
  )
  await sql(
    `update conversations set visitor_id = null, visitor_name = null, visitor_email = null,
            visitor_phone = null, subject = '–', updated_at = now()
      where workspace_id = :workspaceId and prospect_id = :prospectId`,
    about,
    trx
  )
}
