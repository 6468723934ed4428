import type { ProviderFailureCode } from '#app/llm/types'

const PASSING: ProviderFailureCode[] = [
  'busy',
  'invalid_output',
  'rate_limited',
  'timeout',
  'unavailable',
]

/** A provider's failure in our own words; the cause stays attached for the server's log. */
export class ProviderFailure extends Error {
  constructor(
    readonly code: ProviderFailureCode,
    cause?: unknown,
    readonly details: {
      /** How long the provider asked us to wait, in milliseconds. */
      retryAfterMs?: number | null
      /** HTTP status of the refusal. */
      status?: number | null
    } = {}
  ) {
    super(`The provider did not answer: ${code}`, { cause })
  }

  /** May pass by itself, so that the same model is worth another try. */
  get passing(): boolean {
    return PASSING.includes(this.code)
  }
}

/** The error classes that the clients of both providers share by name. */
export interface SdkErrors {
  APIError: abstract new (...values: never[]) => Error & {
    status?: number | undefined
    headers?: Headers | undefined
  }
  APIUserAbortError: abstract new (...values: never[]) => Error
  APIConnectionError: abstract new (...values: never[]) => Error
  APIConnectionTimeoutError: abstract new (...values: never[]) => Error
}

/** What a client library threw, as a failure of ours. */
export function failureOfSdk(error: unknown, sdk: SdkErrors): ProviderFailure {
  if (error instanceof ProviderFailure) return error
  if (error instanceof sdk.APIUserAbortError) return new ProviderFailure('aborted', error)
  if (error instanceof sdk.APIConnectionTimeoutError) return new ProviderFailure('timeout', error)
  if (error instanceof sdk.APIConnectionError) return new ProviderFailure('unavailable', error)
  if (error instanceof sdk.APIError) {
    const { status = null, headers } = error
    return new ProviderFailure(codeOfStatus(status), error, {
      status,
      retryAfterMs: retryAfter(headers),
    })
  }
  return new ProviderFailure('unavailable', error)
}

function codeOfStatus(status: number | null): ProviderFailureCode {
  if (status === 401 || status === 403) return 'refused_key'
  if (status === 404) return 'model_not_found'
  if (status === 408 || status === 504) return 'timeout'
  if (status === 429) return 'rate_limited'
  if (status !== null && status >= 400 && status < 500) return 'bad_request'
  return 'unavailable'
}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), in milliseconds from now. */
function retryAfter(headers: Headers | undefined): number | null {
  const value = headers?.get('retry-after')
  if (!value) return null
  const seconds = Number(value)
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(value) - Date.now()
  return Number.isFinite(ms) && ms > 0 ? ms : null
}
