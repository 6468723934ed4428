import db from '@adonisjs/lucid/services/db'
import mail from '@adonisjs/mail/services/main'
import type User from '#app/accounts/models/user'
import type Workspace from '#app/accounts/models/workspace'
import { appUrl } from '#config/app'
import { composeInvitationMail } from '#app/accounts/mail/invitation_mail'
import { roleAllows, type Role } from '#app/accounts/roles'
import { countAttempt } from '#app/accounts/services/attempt_limits'
import { recordAudit } from '#app/accounts/services/record_audit'
import { newSecretToken } from '#app/accounts/services/secret_token'
import type { Result } from '#shared/result'

/** Long enough for somebody on holiday. */
const INVITATION_DAYS = 14

export type InviteFailure =
  | { reason: 'already_member' }
  | { reason: 'role_above_own' }
  | { reason: 'too_many'; retryAfterSeconds: number }

/** Invites a person by e-mail. Inviting again replaces the older invitation and its link. */
export class InviteMember {
  async handle(input: {
    workspace: Workspace
    inviter: User
    inviterRole: Role
    email: string
    role: Role
  }): Promise<Result<{ url: string }, InviteFailure>> {
    const { workspace, inviter, email, role } = input
    if (!roleAllows(input.inviterRole, role)) return { ok: false, reason: 'role_above_own' }
    if (await this.#isMember(workspace.id, email)) return { ok: false, reason: 'already_member' }
    const allowed = await countAttempt([['inviteByWorkspace', workspace.id]])
    if (!allowed.ok) return allowed

    const { token, hash } = newSecretToken()
    const url = new URL(`/invitations/${token}`, appUrl).href
    await db.transaction(async (trx) => {
      await trx.rawQuery(
        `insert into invitations (workspace_id, email, role, token_hash, invited_by, expires_at)
         values (:workspaceId, :email, :role, :hash, :inviterId, now() + make_interval(days => :days))
         on conflict (workspace_id, email) do update
           set role = excluded.role, token_hash = excluded.token_hash,
               invited_by = excluded.invited_by, expires_at = excluded.expires_at`,
        {
          workspaceId: workspace.id,
          email,
          role,
          hash,
          inviterId: inviter.id,
          days: INVITATION_DAYS,
        }
      )
      await recordAudit(
        {
          workspaceId: workspace.id,
          actorId: inviter.id,
          action: 'accounts.member_invited',
          subjectType: 'invitation',
          subjectId: email,
          details: { role },
        },
        trx
      )
    })
    await mail.send((message) =>
      composeInvitationMail(message, { workspace, inviter, email, role, url })
    )
    return { ok: true, url }
  }

  async #isMember(workspaceId: string, email: string): Promise<boolean> {
    const row = await db
      .from('memberships')
      .join('users', 'users.id', 'memberships.user_id')
      .where('memberships.workspace_id', workspaceId)
      .where('users.email', email)
      .first()
    return Boolean(row)
  }
}
