import db from '@adonisjs/lucid/services/db'
import { ROLES, roleAllows, type Role } from '#app/accounts/roles'

export const OUTBOX_PAGE_SIZE = 30

export interface OutboxRow {
  id: string
  to: string
  subject: string
  createdAt: Date
}

export interface OutboxMessage extends OutboxRow {
  text: string | null
  html: string | null
  attachments: { filename: string; contentType: string; contentBase64: string | null }[]
}

/** Roles named as the lowest reader that somebody with `role` satisfies. */
function readableBy(role: Role): Role[] {
  return ROLES.filter((required) => roleAllows(role, required))
}

export async function listOutbox(
  workspaceId: string,
  role: Role,
  before?: string
): Promise<{ messages: OutboxRow[]; next: string | null }> {
  const query = db
    .from('outbox_messages')
    .where('workspace_id', workspaceId)
    .whereIn('min_role', readableBy(role))
    .select('id', 'to', 'subject', 'created_at as createdAt')
    .orderBy('id', 'desc')
    .limit(OUTBOX_PAGE_SIZE + 1)
  if (before) query.where('id', '<', before)
  const rows = (await query) as OutboxRow[]
  const messages = rows.slice(0, OUTBOX_PAGE_SIZE)
  return { messages, next: rows.length > OUTBOX_PAGE_SIZE ? messages.at(-1)!.id : null }
}

export async function findOutboxMessage(
  workspaceId: string,
  role: Role,
  id: string
): Promise<OutboxMessage | null> {
  return db
    .from('outbox_messages')
    .where({ workspace_id: workspaceId, id })
    .whereIn('min_role', readableBy(role))
    .select('id', 'to', 'subject', 'text', 'html', 'attachments', 'created_at as createdAt')
    .first()
}
