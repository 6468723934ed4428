import { circuitBreaker, CircuitState, CountBreaker, handleWhen } from 'cockatiel'
import { resilience } from '#config/llm'
import { ProviderFailure } from '#app/llm/providers/provider_failure'
import type { Candidate } from './candidates.js'

export type CircuitName = 'closed' | 'half_open' | 'open'

interface Health {
  breaker: ReturnType<typeof newBreaker>
  /** When an open circuit may be tried again. */
  probeAt: number
  restsUntil: number
  failedAt: number
}

const known = new Map<string, Health>()

/** Only what a pause can heal opens the circuit; a 4xx is about the request, not the model. */
function newBreaker() {
  const { threshold, size, minimumCalls, halfOpenAfterMs } = resilience.breaker
  return circuitBreaker(
    handleWhen(
      (error) =>
        error instanceof ProviderFailure && ['timeout', 'unavailable', 'cut'].includes(error.code)
    ),
    {
      halfOpenAfter: halfOpenAfterMs,
      breaker: new CountBreaker({ threshold, size, minimumNumberOfCalls: minimumCalls }),
    }
  )
}

function healthOf(key: string): Health {
  let health = known.get(key)
  if (!health) {
    const made: Health = { breaker: newBreaker(), probeAt: 0, restsUntil: 0, failedAt: 0 }
    made.breaker.onBreak(() => (made.probeAt = Date.now() + resilience.breaker.halfOpenAfterMs))
    known.set(key, made)
    health = made
  }
  return health
}

/** The model that the box runs has nothing to protect: it is the last resort, always tried. */
function guarded({ provider }: Candidate): boolean {
  return provider.name !== 'local'
}

/**
 * The candidates that may be asked now, in their order. When each of them rests or has an open
 * circuit, the one that failed longest ago is tried all the same.
 */
export function healthy(candidates: Candidate[], now = Date.now()): Candidate[] {
  const able = candidates.filter(
    (candidate) => !guarded(candidate) || isAble(healthOf(candidate.key), now)
  )
  if (able.length > 0 || candidates.length === 0) return able
  const [longestAgo] = [...candidates].sort(
    (a, b) => healthOf(a.key).failedAt - healthOf(b.key).failedAt
  )
  return [longestAgo!]
}

function isAble(health: Health, now: number): boolean {
  return health.restsUntil <= now && mayPass(health, now)
}

/** Closed, or open for long enough: then one call is the probe, and others stay away from it. */
function mayPass({ breaker, probeAt }: Health, now: number): boolean {
  if (breaker.state === CircuitState.Open) return probeAt <= now
  return breaker.state === CircuitState.Closed
}

/** Runs an attempt and lets the candidate's breaker see how it ends. */
export async function observed<T>(candidate: Candidate, attempt: () => Promise<T>): Promise<T> {
  const health = healthOf(candidate.key)
  try {
    // An open circuit is only asked when there is nothing else: then it must not refuse.
    return guarded(candidate) && mayPass(health, Date.now())
      ? await health.breaker.execute(attempt)
      : await attempt()
  } catch (error) {
    health.failedAt = Date.now()
    throw error
  }
}

/** Leaves a model alone after a 429, for as long as it asked for. */
export function letRest(candidate: Candidate, failure: ProviderFailure, now = Date.now()): void {
  if (!guarded(candidate)) return
  const asked = failure.details.retryAfterMs ?? resilience.coolDownMs
  healthOf(candidate.key).restsUntil = now + Math.min(asked, resilience.longestCoolDownMs)
}

export function circuitOf(key: string, now = Date.now()): { state: CircuitName; restMs: number } {
  const { breaker, restsUntil } = healthOf(key)
  const state =
    breaker.state === CircuitState.Open
      ? 'open'
      : breaker.state === CircuitState.HalfOpen
        ? 'half_open'
        : 'closed'
  return { state, restMs: Math.max(0, restsUntil - now) }
}

/** Every model that has been asked since the start, with its circuit. */
export function circuits(): { key: string; state: CircuitName }[] {
  return [...known.keys()].map((key) => ({ key, state: circuitOf(key).state }))
}

export function forgetHealth(): void {
  known.clear()
}
