import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai'
import type { ProviderFailureCode } from '#app/llm/types'

const RETRYABLE: ProviderFailureCode[] = ['rate_limited', 'timeout', 'unavailable']

/** A provider's failure in our own words; the cause stays attached for the server's log. */
export class ProviderFailure extends Error {
  constructor(
    readonly code: ProviderFailureCode,
    cause?: unknown,
    /** How long the provider asked us to wait, in milliseconds. */
    readonly retryAfterMs: number | null = null
  ) {
    super(`The provider did not answer: ${code}`, { cause })
  }

  get retryable(): boolean {
    return RETRYABLE.includes(this.code)
  }

  static from(error: unknown): ProviderFailure {
    if (error instanceof ProviderFailure) return error
    if (error instanceof APIUserAbortError) return new ProviderFailure('aborted', error)
    if (error instanceof APIConnectionTimeoutError) return new ProviderFailure('timeout', error)
    if (error instanceof APIConnectionError) return new ProviderFailure('unavailable', error)
    if (error instanceof APIError) {
      return new ProviderFailure(codeOfStatus(error.status), error, retryAfter(error))
    }
    return new ProviderFailure('unavailable', error)
  }
}

function codeOfStatus(status: number | undefined): ProviderFailureCode {
  if (status === 401 || status === 403) return 'refused_key'
  if (status === 404) return 'model_not_found'
  if (status === 408 || status === 504) return 'timeout'
  if (status === 429) return 'rate_limited'
  if (status !== undefined && status >= 400 && status < 500) return 'bad_request'
  return 'unavailable'
}

function retryAfter(error: APIError): number | null {
  const seconds = Number(error.headers?.get('retry-after'))
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : null
}
