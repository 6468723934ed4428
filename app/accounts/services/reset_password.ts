import db from '@adonisjs/lucid/services/db'
import User from '#app/accounts/models/user'
import { recordPersonAudit } from '#app/accounts/services/record_audit'
import { hashToken } from '#app/accounts/services/secret_token'
import type { Result } from '#shared/result'

/** Sets a new password by a link from an e-mail, once, and signs every session out. */
export class ResetPassword {
  async isOpen(token: string): Promise<boolean> {
    const row = await db
      .from('password_resets')
      .where('token_hash', hashToken(token))
      .where('expires_at', '>', new Date())
      .first()
    return Boolean(row)
  }

  async handle(input: {
    token: string
    password: string
  }): Promise<Result<{ user: User }, { reason: 'link_not_open' }>> {
    const user = await db.transaction(async (trx) => {
      // Deleting decides who of two simultaneous uses wins.
      const { rows } = await trx.rawQuery<{ rows: { user_id: string }[] }>(
        `delete from password_resets where token_hash = ? and expires_at > now() returning user_id`,
        [hashToken(input.token)]
      )
      const userId = rows[0]?.user_id
      if (!userId) return null
      const found = await User.findOrFail(userId, { client: trx })
      return found
        .merge({ password: input.password, sessionVersion: found.sessionVersion + 1 })
        .save()
    })
    if (!user) return { ok: false, reason: 'link_not_open' }
    await recordPersonAudit(user.id, 'accounts.password_reset')
    return { ok: true, user }
  }
}
