import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import User from '#app/accounts/models/user'
import { findInvitation, type OpenInvitation } from '#app/accounts/services/find_invitation'
import { recordAudit } from '#app/accounts/services/record_audit'
import { hashToken } from '#app/accounts/services/secret_token'
import type { Result } from '#shared/result'

export type AcceptFailure =
  { reason: 'link_not_open' } | { reason: 'other_person' } | { reason: 'has_account' }

export interface NewPerson {
  password: string
  fullName: string | null
  locale: string
}

/**
 * Lets an invited person in: somebody signed in with the invited e-mail, or a newcomer who
 * chooses a password. An invitation works once.
 */
export class AcceptInvitation {
  async handle(
    token: string,
    who: { user: User } | { newPerson: NewPerson }
  ): Promise<Result<{ user: User; workspaceId: string }, AcceptFailure>> {
    const invitation = await findInvitation(token)
    if (!invitation) return { ok: false, reason: 'link_not_open' }
    if ('user' in who && who.user.email.toLowerCase() !== invitation.email.toLowerCase()) {
      return { ok: false, reason: 'other_person' }
    }
    if ('newPerson' in who && invitation.hasAccount) return { ok: false, reason: 'has_account' }

    const user = await db.transaction(async (trx) => {
      // Deleting decides who of two simultaneous uses wins.
      // The hash again: the invitation may have been replaced since it was read.
      const { rowCount } = await trx.rawQuery(
        `delete from invitations where id = ? and token_hash = ?`,
        [invitation.id, hashToken(token)]
      )
      if (rowCount === 0) return null
      const person = 'user' in who ? who.user : await this.#open(invitation, who.newPerson, trx)
      await this.#join(invitation, person, trx)
      return person
    })
    if (!user) return { ok: false, reason: 'link_not_open' }
    return { ok: true, user, workspaceId: invitation.workspaceId }
  }

  async #open(invitation: OpenInvitation, person: NewPerson, trx: TransactionClientContract) {
    const user = await User.create({ email: invitation.email, ...person }, { client: trx })
    return user.refresh()
  }

  async #join(invitation: OpenInvitation, user: User, trx: TransactionClientContract) {
    await trx.rawQuery(
      `insert into memberships (workspace_id, user_id, role) values (?, ?, ?)
       on conflict (workspace_id, user_id) do nothing`,
      [invitation.workspaceId, user.id, invitation.role]
    )
    await recordAudit(
      {
        workspaceId: invitation.workspaceId,
        actorId: user.id,
        action: 'accounts.member_joined',
        subjectType: 'user',
        subjectId: user.id,
        details: { role: invitation.role },
      },
      trx
    )
  }
}
