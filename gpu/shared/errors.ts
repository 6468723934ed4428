import type { Failure, Note } from '../protocol.js'

/**
 * Something is wrong with the input or the machine, in words for people: what, and what to do
 * next. `params` fill the translations of the portal, whose key is the code.
 */
export class ModelError extends Error {
  readonly code: string
  readonly params: Record<string, string | number>
  readonly retryable: boolean

  constructor(
    code: `E_${string}`,
    message: string,
    options: {
      params?: Record<string, string | number>
      retryable?: boolean
      cause?: unknown
    } = {}
  ) {
    super(message, { cause: options.cause })
    this.name = 'ModelError'
    this.code = code
    this.params = options.params ?? {}
    this.retryable = options.retryable ?? false
  }
}

/** Any error as the protocol's failure. Unexpected ones keep their text out of people's sight. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ModelError) {
    const { code, message, params, retryable } = error
    return { code, message, params, retryable }
  }
  const code = (error as { code?: string } | null)?.code
  if (code === 'ENOSPC') {
    return failure('E_DISK_FULL', 'The disk is full: free some space and start the job again.')
  }
  if (code === 'ENOENT' || code === 'EACCES') {
    return failure('E_FILE_UNREADABLE', 'The model’s files cannot be read any more on this box.')
  }
  if ((error as Error | null)?.name === 'AbortError') {
    return { code: 'E_CANCELLED', message: 'The job was cancelled.', params: {}, retryable: false }
  }
  return failure(
    'E_UNEXPECTED',
    'Something unexpected went wrong while working on this model. Its log has the details.'
  )
}

function failure(code: string, message: string): Failure {
  return { code, message, params: {}, retryable: true }
}

/** A line for people in a report. */
export function note(
  code: string,
  message: string,
  params: Record<string, string | number> = {}
): Note {
  return { code, params, message }
}
