import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'

export interface AuditEntryInput {
  workspaceId: string
  /** The person's id when `actorKind` is `user`; the key's name when it is `api_key`. */
  actorId?: string | null
  /** Default: `user` when there is an `actorId`, else `system`. */
  actorKind?: 'user' | 'api_key' | 'system'
  /** `<room>.<what_happened>`, e.g. `accounts.key_created`; shown as `t('<room>.audit.<what_happened>')`. */
  action: string
  subjectType?: string
  subjectId?: string | number
  /** Small facts for the reader. No secrets, no personal data beyond what the page needs. */
  details?: Record<string, unknown>
}

/**
 * Writes one line of the audit trail. Give the transaction of the action itself, so that the
 * line exists if and only if the action happened. Lines are final: the database refuses to
 * change or delete them.
 */
export async function recordAudit(
  input: AuditEntryInput,
  trx?: TransactionClientContract
): Promise<void> {
  const kind = input.actorKind ?? (input.actorId ? 'user' : 'system')
  await (trx ?? db).table('audit_entries').insert({
    workspace_id: input.workspaceId,
    actor_kind: kind,
    actor_user_id: kind === 'user' ? (input.actorId ?? null) : null,
    actor_label: kind === 'api_key' ? (input.actorId ?? null) : null,
    action: input.action,
    subject_type: input.subjectType ?? null,
    subject_id: input.subjectId === undefined ? null : String(input.subjectId),
    details: JSON.stringify(input.details ?? {}),
  })
}

/**
 * Writes what happened to a person's account (sign-in, failed sign-in, new password) into the
 * trail of every workspace that they belong to.
 */
export async function recordPersonAudit(
  userId: string,
  action: string,
  details: Record<string, unknown> = {},
  actorKind: 'user' | 'system' = 'user'
): Promise<void> {
  await db.rawQuery(
    `insert into audit_entries
       (workspace_id, actor_kind, actor_user_id, action, subject_type, subject_id, details)
     select workspace_id, :kind, cast(:actor as uuid), :action, 'user', user_id::text, cast(:details as jsonb)
       from memberships where user_id = :userId`,
    {
      userId,
      action,
      kind: actorKind,
      actor: actorKind === 'user' ? userId : null,
      details: JSON.stringify(details),
    }
  )
}
