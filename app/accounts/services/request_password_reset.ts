import { jobs } from '#shared/jobs/jobs'
import { countAttempt } from '#app/accounts/services/attempt_limits'
import { addressKey } from '#shared/http/address_key'

export const SEND_PASSWORD_RESET_JOB = 'accounts.send_password_reset'

/**
 * Asks for a reset link. Whether the e-mail has an account is found out later, in the job: the
 * answer and its timing are the same for everybody.
 */
export class RequestPasswordReset {
  async handle(input: { email: string; address: string }) {
    const allowed = await countAttempt([
      ['resetByAccount', input.email],
      ['resetByAddress', addressKey(input.address)],
    ])
    if (!allowed.ok) return allowed
    await jobs.enqueue(SEND_PASSWORD_RESET_JOB, { email: input.email })
    return { ok: true } as const
  }
}
