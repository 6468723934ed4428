interface LoggedError {
  type: string
  message: string
  code?: string
  status?: number
  constraint?: string
  stack?: string
  cause?: LoggedError
}

/**
 * An error as the log keeps it. PostgreSQL puts whole rows and values into `detail` and `where`,
 * clients of HTTP services put headers and bodies beside the message: none of that is copied.
 */
export function describeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error' }
  const { code, status, constraint } = error as Error & Record<string, unknown>
  return {
    type: error.constructor.name,
    message: error.message.slice(0, 2000),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof constraint === 'string' ? { constraint } : {}),
    ...(error.stack ? { stack: error.stack.slice(0, 8000) } : {}),
    ...(error.cause && depth < 3 ? { cause: describeError(error.cause, depth + 1) } : {}),
  }
}
