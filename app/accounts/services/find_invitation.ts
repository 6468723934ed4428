import db from '@adonisjs/lucid/services/db'
import type { Role } from '#app/accounts/roles'
import { hashToken } from '#app/accounts/services/secret_token'

export interface OpenInvitation {
  id: string
  workspaceId: string
  workspaceName: string
  email: string
  role: Role
  /** Whether somebody with this e-mail can sign in already. */
  hasAccount: boolean
}

/** The invitation that a link opens; null when it expired, was withdrawn or used. */
export async function findInvitation(token: string): Promise<OpenInvitation | null> {
  const { rows } = await db.rawQuery<{ rows: OpenInvitation[] }>(
    `select i.id, i.workspace_id as "workspaceId", w.name as "workspaceName", i.email, i.role,
            exists (select 1 from users u where u.email = i.email) as "hasAccount"
       from invitations i join workspaces w on w.id = i.workspace_id
      where i.token_hash = ? and i.expires_at > now()`,
    [hashToken(token)]
  )
  return rows[0] ?? null
}
