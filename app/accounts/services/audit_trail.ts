import db from '@adonisjs/lucid/services/db'

export const AUDIT_PAGE_SIZE = 50

export interface AuditRow {
  id: string
  action: string
  actorKind: 'user' | 'api_key' | 'system'
  actorName: string | null
  subjectType: string | null
  subjectId: string | null
  details: Record<string, unknown>
  createdAt: Date
}

export interface AuditFilter {
  action?: string
  actorId?: string
  /** Days of the workspace's calendar, `YYYY-MM-DD`, both included. */
  from?: string
  to?: string
  /** Id of the last entry of the page before. */
  before?: string
}

/** A page of the trail, newest first. */
export async function listAudit(
  workspace: { id: string; timezone: string },
  filter: AuditFilter
): Promise<{ entries: AuditRow[]; next: string | null }> {
  const query = db
    .from('audit_entries as a')
    .leftJoin('users as u', 'u.id', 'a.actor_user_id')
    .where('a.workspace_id', workspace.id)
    .select(
      'a.id',
      'a.action',
      'a.actor_kind as actorKind',
      'a.subject_type as subjectType',
      'a.subject_id as subjectId',
      'a.details',
      'a.created_at as createdAt',
      db.raw(`coalesce(u.full_name, u.email::text, a.actor_label) as "actorName"`)
    )
    .orderBy('a.id', 'desc')
    .limit(AUDIT_PAGE_SIZE + 1)
  if (filter.action) query.where('a.action', filter.action)
  if (filter.actorId) query.where('a.actor_user_id', filter.actorId)
  const day = `cast(? as date)::timestamp at time zone ?`
  if (filter.from) query.whereRaw(`a.created_at >= ${day}`, [filter.from, workspace.timezone])
  if (filter.to) {
    query.whereRaw(`a.created_at < (cast(? as date) + 1)::timestamp at time zone ?`, [
      filter.to,
      workspace.timezone,
    ])
  }
  if (filter.before) query.where('a.id', '<', filter.before)

  const rows = (await query) as AuditRow[]
  const entries = rows.slice(0, AUDIT_PAGE_SIZE)
  return { entries, next: rows.length > AUDIT_PAGE_SIZE ? entries.at(-1)!.id : null }
}

/** Actions that occur in this workspace's trail, for the filter. */
export async function auditActions(workspaceId: string): Promise<string[]> {
  // Loose index scan: one index probe per distinct action, however long the trail is.
  const { rows } = await db.rawQuery<{ rows: { action: string }[] }>(
    `with recursive actions as (
       (select action from audit_entries where workspace_id = :workspaceId order by action limit 1)
       union all
       select (select action from audit_entries
                where workspace_id = :workspaceId and action > actions.action
                order by action limit 1)
         from actions where actions.action is not null
     )
     select action from actions where action is not null`,
    { workspaceId }
  )
  return rows.map((row) => row.action)
}
