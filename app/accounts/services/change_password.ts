import type User from '#app/accounts/models/user'
import { countAttempt } from '#app/accounts/services/attempt_limits'
import { recordPersonAudit } from '#app/accounts/services/record_audit'
import type { Result } from '#shared/result'

/**
 * Sets a new password and signs the other sessions out. Needs the old one, unless the account
 * never had any (Google).
 */
export class ChangePassword {
  async handle(input: {
    user: User
    currentPassword?: string | null
    password: string
  }): Promise<Result<object, { reason: 'wrong_password' }>> {
    const { user, currentPassword } = input
    if (user.password) {
      const allowed = await countAttempt([['signInByAccount', user.email]])
      const right = allowed.ok && currentPassword && (await user.verifyPassword(currentPassword))
      if (!right) return { ok: false, reason: 'wrong_password' }
    }
    await user.merge({ password: input.password, sessionVersion: user.sessionVersion + 1 }).save()
    await recordPersonAudit(user.id, 'accounts.password_changed')
    return { ok: true }
  }
}

/** Ends every session of the person from its next request on. */
export async function signOutEverywhere(user: User): Promise<void> {
  await user.merge({ sessionVersion: user.sessionVersion + 1 }).save()
  await recordPersonAudit(user.id, 'accounts.signed_out_everywhere')
}
