import { randomUUIDv7 } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { resilience } from '#config/llm'
import { ProviderFailure } from '#app/llm/providers/provider_failure'
import type { ProviderReply } from '#app/llm/providers/provider'
import type { Candidate } from '#app/llm/routing/candidates'
import { healthy, letRest, observed } from '#app/llm/routing/health'
import { runAttempt, type Attempt, type AttemptEnd, type AttemptInput } from './attempt.js'

export interface Ask extends Omit<AttemptInput, 'id' | 'number' | 'candidate'> {
  candidates: Candidate[]
  /** An attempt is about to begin. */
  onAttempt: (attempt: Pick<AttemptInput, 'id' | 'number' | 'candidate'>) => void
  /** Refuses a complete reply, e.g. one that is not of the shape asked for. */
  check?: (reply: ProviderReply) => Promise<ProviderFailure | null>
  /** Whether anything has been shown to the reader: after that no other model may begin anew. */
  hasSpoken: () => boolean
}

export type Asked = { attempts: Attempt[] } & (
  { reply: ProviderReply; failure?: undefined } | { failure: ProviderFailure; reply?: undefined }
)

/**
 * Asks the models in their order until one answers: a failure that may pass is tried once more
 * with the same model after a pause with jitter, everything else goes to the next model. All of
 * it within one deadline, and never after the first word that the reader saw.
 */
export async function askModels(ask: Ask): Promise<Asked> {
  const attempts: Attempt[] = []
  let failure = new ProviderFailure('unavailable')
  const candidates = healthy(ask.candidates)
  for (const [index, candidate] of candidates.entries()) {
    const isLast = index === candidates.length - 1
    for (let tries = 1; tries <= resilience.attempts; tries++) {
      const attempt = { id: randomUUIDv7(), number: attempts.length + 1, candidate }
      ask.onAttempt(attempt)
      const end = await watched({ ...ask, ...attempt }, ask.check)
      attempts.push(end.attempt)
      if (end.reply) return { reply: end.reply, attempts }
      failure = end.failure
      if (failure.code === 'rate_limited') letRest(candidate, failure)
      const over = ask.left?.aborted || ask.deadline.aborted
      if (over || failure.code === 'aborted' || ask.hasSpoken()) return { failure, attempts }

      const pause = pauseBefore(failure, tries, isLast)
      if (pause === null) break
      await wait(pause, undefined, { signal: anyOf(ask.left, ask.deadline) }).catch(() => {})
      if (ask.left?.aborted) return { failure: new ProviderFailure('aborted'), attempts }
      if (ask.deadline.aborted) return { failure, attempts }
    }
  }
  return { failure, attempts }
}

/** One attempt under its model's breaker, which counts thrown failures only. */
async function watched(input: AttemptInput, check: Ask['check']): Promise<AttemptEnd> {
  let end: AttemptEnd | undefined
  try {
    return await observed(input.candidate, async () => {
      end = await runAttempt(input)
      const refused = end.reply && (await check?.(end.reply))
      if (refused) {
        end = {
          failure: refused,
          attempt: { ...end.attempt, outcome: 'failed', failureCode: refused.code },
        }
      }
      if (end.failure) throw end.failure
      return end
    })
  } catch (error) {
    if (end) return end
    throw error
  }
}

/** Milliseconds to wait before the same model is asked again; null when the next one is better. */
function pauseBefore(failure: ProviderFailure, tries: number, isLast: boolean): number | null {
  if (tries >= resilience.attempts) return null
  if (!failure.passing) return null
  if (failure.code === 'rate_limited' || failure.code === 'busy') {
    const asked = failure.details.retryAfterMs
    if (!isLast || (asked ?? 0) > resilience.patienceMs) return null
    if (asked) return asked
  }
  return resilience.backoffMs * 2 ** (tries - 1) * (0.5 + Math.random())
}

function anyOf(left: AbortSignal | undefined, deadline: AbortSignal): AbortSignal {
  return left ? AbortSignal.any([left, deadline]) : deadline
}
