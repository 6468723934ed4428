import limiter from '@adonisjs/limiter/services/main'
import { isIPv6 } from 'node:net'

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

/** Counts an attempt against each limit. Answers the seconds to wait when one is exceeded. */
export async function countAttempt(
  attempts: Attempt[]
): Promise<{ ok: true } | { ok: false; reason: 'too_many'; retryAfterSeconds: number }> {
  const waits: number[] = []
  for (const [name, key] of attempts) {
    const { consumed, limit, availableIn } = await limiterOf(name).increment(storeKey(name, key))
    if (consumed > limit) waits.push(availableIn)
  }
  if (waits.length === 0) return { ok: true }
  return { ok: false, reason: 'too_many', retryAfterSeconds: Math.max(1, ...waits) }
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

/** An IPv6 network (/64) counts as one address: its holder has 2^64 of them. */
export function addressKey(ip: string): string {
  if (!isIPv6(ip) || ip.startsWith('::ffff:')) return ip
  const [head = '', tail] = ip.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail === undefined ? [] : tail.split(':').filter(Boolean)
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right]
  return `${groups.slice(0, 4).join(':')}::/64`
}
