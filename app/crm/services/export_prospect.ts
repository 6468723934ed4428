import db from '@adonisjs/lucid/services/db'
import Prospect from '#app/crm/models/prospect'

/**
 * Everything that the CRM holds about a person, in a machine-readable form (GDPR art. 15 and
 * 20), the score with its reasons included. Null when there is no such person.
 */
export async function exportProspect(workspaceId: string, id: string) {
  const prospect = await Prospect.in(workspaceId).where('id', id).first()
  if (!prospect) return null
  const about = { workspace: workspaceId, id }
  const rowsOf = async (sql: string) => {
    const { rows } = await db.rawQuery<{ rows: Record<string, unknown>[] }>(sql, about)
    return rows
  }
  const ofDeals = `select id from deals where workspace_id = :workspace and prospect_id = :id`
  const [deals, events, notes, tasks, imports] = await Promise.all([
    rowsOf(`select id, title, status, amount_cents, currency, source, interest, conversation_id,
      created_at, won_at, lost_at, lost_reason from deals
      where workspace_id = :workspace and prospect_id = :id order by created_at`),
    rowsOf(`select deal_id, kind, amount_cents, reason, at from deal_events
      where workspace_id = :workspace and deal_id in (${ofDeals}) order by at`),
    rowsOf(`select body, created_at from notes where workspace_id = :workspace
      and (prospect_id = :id or deal_id in (${ofDeals})) order by created_at`),
    rowsOf(`select title, due_on, done_at from tasks where workspace_id = :workspace
      and (prospect_id = :id or deal_id in (${ofDeals})) order by created_at`),
    rowsOf(`select file_name, created_at from prospect_imports
      where workspace_id = :workspace and id = (
        select import_id from prospects where workspace_id = :workspace and id = :id)`),
  ])
  const person = prospect.serialize({ fields: { omit: ['workspaceId', 'importId'] } })
  return {
    exportedAt: new Date().toISOString(),
    prospect: person,
    deals,
    dealHistory: events,
    notes,
    tasks,
    importedFrom: imports,
  }
}
