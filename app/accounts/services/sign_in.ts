import hash from '@adonisjs/core/services/hash'
import User from '#app/accounts/models/user'
import { countAttempt, forgiveAttempt, type Attempt } from '#app/accounts/services/attempt_limits'
import { addressKey } from '#shared/http/address_key'
import { recordPersonAudit } from '#app/accounts/services/record_audit'
import type { Result } from '#shared/result'

export interface SignInInput {
  email: string
  password: string
  /** IP address of the visitor. */
  address: string
}

export type SignInFailure =
  { reason: 'wrong_credentials' } | { reason: 'too_many'; retryAfterSeconds: number }

/**
 * Checks e-mail and password. Unknown e-mail, wrong password and an account without a password
 * take the same time and give the same answer.
 */
export class SignIn {
  async handle(input: SignInInput): Promise<Result<{ user: User }, SignInFailure>> {
    const address = addressKey(input.address)
    const attempts: Attempt[] = [
      ['signInByAccountAndAddress', `${input.email}|${address}`],
      ['signInByAccount', input.email],
      ['signInByAddress', address],
    ]
    const allowed = await countAttempt(attempts)
    if (!allowed.ok) return allowed

    const user = await User.findBy('email', input.email)
    if (!user?.password) {
      await hash.make(input.password)
      return this.#refuse(user, address)
    }
    if (!(await user.verifyPassword(input.password))) return this.#refuse(user, address)

    await forgiveAttempt(attempts)
    await recordPersonAudit(user.id, 'accounts.signed_in', { address, by: 'password' })
    return { ok: true, user }
  }

  async #refuse(user: User | null, address: string) {
    if (user) await recordPersonAudit(user.id, 'accounts.sign_in_failed', { address }, 'system')
    return { ok: false, reason: 'wrong_credentials' } as const
  }
}
