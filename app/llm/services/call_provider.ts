import { setTimeout as wait } from 'node:timers/promises'
import { limits } from '#config/llm'
import type { ProviderSettings } from './active_provider.js'
import { callOpenAi, type ProviderAnswer, type ProviderCall } from './openai_provider.js'
import { ProviderFailure } from './provider_failure.js'

const BACKOFF_MS = 200

/**
 * Calls the provider with one retry for failures that may pass. Never retries after the first
 * word: the reader would see the answer begin twice.
 *
 * @throws ProviderFailure
 */
export async function callProvider(
  settings: ProviderSettings,
  call: ProviderCall
): Promise<ProviderAnswer & { attempts: number }> {
  let spoken = false
  const onDelta = (text: string) => {
    spoken = true
    call.onDelta(text)
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return { ...(await callOpenAi(settings, { ...call, onDelta })), attempts: attempt }
    } catch (error) {
      const failure = ProviderFailure.from(error)
      if (spoken && failure.code === 'unavailable') throw new ProviderFailure('cut', failure)
      const patient = (failure.retryAfterMs ?? 0) <= limits.retryAfterMs
      if (spoken || !failure.retryable || !patient || attempt >= limits.attempts) throw failure
      const pause = failure.retryAfterMs ?? BACKOFF_MS * (1 + Math.random())
      await wait(pause, undefined, { signal: call.signal }).catch(() => {
        throw new ProviderFailure('aborted')
      })
    }
  }
}
