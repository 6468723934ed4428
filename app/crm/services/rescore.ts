import db from '@adonisjs/lucid/services/db'
import type { QueryClientContract } from '@adonisjs/lucid/types/database'
import { scoreProspect, type ScoreSignals } from '#app/crm/services/score_prospect'

interface ScoreRow {
  id: string
  name: string | null
  email: string | null
  phone: string | null
  company_name: string | null
  signals: ScoreSignals
  message_count: number
  amount_cents: number | null
  last_activity_at: Date | null
}

/** Computes the scores of some prospects anew, from what is stored about them. */
export async function rescore(
  workspaceId: string,
  prospectIds: string[],
  client: QueryClientContract = db.connection()
): Promise<void> {
  if (prospectIds.length === 0) return
  const { rows } = await client.rawQuery<{ rows: ScoreRow[] }>(
    `select p.id, p.name, p.email, p.phone, p.company_name, p.signals, p.message_count,
       case when p.message_count > 0 or p.signals <> '{}' or exists (
         select from deals d where d.workspace_id = p.workspace_id and d.prospect_id = p.id
       ) then p.last_activity_at end as last_activity_at,
       (select max(d.amount_cents) from deals d
         where d.workspace_id = p.workspace_id and d.prospect_id = p.id and d.status <> 'lost'
       ) as amount_cents
     from prospects p where p.workspace_id = ? and p.id = any(?::uuid[])`,
    [workspaceId, prospectIds]
  )
  const scores = rows.map((row) => {
    const { score, reasons } = scoreProspect({
      name: row.name,
      email: row.email,
      phone: row.phone,
      companyName: row.company_name,
      signals: row.signals,
      messageCount: row.message_count,
      amountCents: row.amount_cents,
      lastActivityAt: row.last_activity_at,
    })
    return { id: row.id, score, reasons }
  })
  await client.rawQuery(
    `update prospects p set score = s.score, score_reasons = s.reasons
     from jsonb_to_recordset(?::jsonb) as s (id uuid, score smallint, reasons jsonb)
     where p.workspace_id = ? and p.id = s.id
       and (p.score, p.score_reasons) is distinct from (s.score, s.reasons)`,
    [JSON.stringify(scores), workspaceId]
  )
}
