import limiter from '@adonisjs/limiter/services/main'

interface Limit {
  requests: number
  duration: string
}

/**
 * Limits of the public forms. Per account and address together: somebody who guesses cannot
 * lock the owner out, who sits at another address. The wider limits stop guessing from many
 * addresses or at many accounts.
 */
export const LIMITS = {
  signUpByAddress: { requests: 30, duration: '1 hour' },
  signInByAccountAndAddress: { requests: 5, duration: '15 minutes' },
  signInByAccount: { requests: 50, duration: '1 hour' },
  signInByAddress: { requests: 100, duration: '15 minutes' },
  resetByAccount: { requests: 3, duration: '1 hour' },
  resetByAddress: { requests: 20, duration: '1 hour' },
  tokenByAddress: { requests: 60, duration: '15 minutes' },
  inviteByWorkspace: { requests: 50, duration: '1 hour' },
} as const satisfies Record<string, Limit>

export type Attempt = [limit: keyof typeof LIMITS, key: string]

/**
 * Counts an attempt against each limit, the narrowest first. Answers the seconds to wait at the
 * first one that is exceeded; the wider ones are then left alone, or somebody who is stopped at
 * one address would go on using up what everybody shares, and lock the owner out after all.
 */
export async function countAttempt(
  attempts: Attempt[]
): Promise<{ ok: true } | { ok: false; reason: 'too_many'; retryAfterSeconds: number }> {
  for (const [name, key] of attempts) {
    const { consumed, limit, availableIn } = await limiterOf(name).increment(storeKey(name, key))
    if (consumed > limit) {
      return { ok: false, reason: 'too_many', retryAfterSeconds: Math.max(1, availableIn) }
    }
  }
  return { ok: true }
}

/** Takes the attempt back: it succeeded, and only failures count. */
export async function forgiveAttempt(attempts: Attempt[]): Promise<void> {
  for (const [name, key] of attempts) await limiterOf(name).decrement(storeKey(name, key))
}

function limiterOf(name: keyof typeof LIMITS) {
  return limiter.use({ ...LIMITS[name] })
}

function storeKey(name: string, key: string): string {
  return `${name}:${key.toLowerCase()}`
}
