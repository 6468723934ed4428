import type { ModelFailure } from '#app/llm/types'

/** Translation key of what a person is told when a call gave no answer. */
export function failureKey(failure: ModelFailure): string {
  switch (failure.reason) {
    case 'provider_failed':
      return `llm.failure.${failure.code}`
    case 'rate_limited':
      return `llm.failure.fair_use_${failure.limit}`
    default:
      return `llm.failure.${failure.reason}`
  }
}
