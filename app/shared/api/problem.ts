import type { HttpContext } from '@adonisjs/core/http'
import type { HttpError } from '@adonisjs/core/types/http'

/** Problem details (https://www.rfc-editor.org/rfc/rfc9457), the body of every API error. */
export interface Problem {
  /** Stable address that names the kind of problem; `/docs` explains it. */
  type: string
  title: string
  status: number
  detail: string
  /** Path of the request. */
  instance: string
  /** Stable code for programs, `E_…`. */
  code: string
  /** Names the request in the logs of the box. */
  requestId: string
  /** What is wrong with which field; only with `E_VALIDATION_ERROR`. */
  errors?: { field: string; message: string; rule: string }[]
}

/** The kinds of problems that the API answers with, for `/docs` and the OpenAPI document. */
export const PROBLEM_TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Not authenticated',
  402: 'Not enough credit',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Not valid',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Not available now',
}

export const PROBLEM_TYPE = 'application/problem+json'

/** Describes an error to a program; of unexpected ones it tells nothing but the request's id. */
export function problemOf(error: HttpError, ctx: HttpContext): Problem {
  const status = error.status >= 400 && error.status < 600 ? error.status : 500
  const expected = status < 500 || status === 503
  const messages = 'messages' in error && Array.isArray(error.messages) ? error.messages : null
  return {
    type: `/docs#problem-${status}`,
    title: PROBLEM_TITLES[status] ?? 'Error',
    status,
    detail: messages
      ? 'Some fields are not valid; see errors.'
      : expected
        ? detailOf(error, status)
        : 'Something failed on this box. Quote the requestId to the person who runs it.',
    instance: ctx.request.url(),
    code: expected ? (error.code ?? `E_HTTP_${status}`) : 'E_INTERNAL',
    requestId: ctx.request.id() ?? '',
    ...(messages ? { errors: messages.map(fieldError) } : {}),
  }
}

export function sendProblem(error: HttpError, ctx: HttpContext): void {
  const problem = problemOf(error, ctx)
  setErrorHeaders(error, ctx)
  if (problem.status === 401) ctx.response.header('WWW-Authenticate', 'Bearer realm="api"')
  ctx.response.status(problem.status)
  ctx.response.header('Cache-Control', 'no-store')
  ctx.response.send(JSON.stringify(problem))
  ctx.response.header('Content-Type', PROBLEM_TYPE)
}

/** `Retry-After` for limits and for a busy box, wherever the error came from. */
export function setErrorHeaders(error: HttpError, ctx: HttpContext): void {
  const { retryAfterSeconds, response } = error as HttpError & {
    retryAfterSeconds?: number
    response?: { availableIn?: number }
  }
  if (error.status !== 429 && error.status !== 503) return
  const seconds = retryAfterSeconds ?? response?.availableIn ?? (error.status === 503 ? 1 : 60)
  if (!ctx.response.getHeader('Retry-After')) {
    ctx.response.header('Retry-After', String(Math.max(1, Math.ceil(seconds))))
  }
}

function detailOf(error: HttpError, status: number): string {
  if (error.code === 'E_ROUTE_NOT_FOUND' || error.code === 'E_ROW_NOT_FOUND') {
    return 'There is nothing at this address, or it belongs to another workspace.'
  }
  return error.message || PROBLEM_TITLES[status] || 'Error'
}

function fieldError(entry: { field?: string; message?: string; rule?: string }) {
  return {
    field: entry.field ?? '',
    message: entry.message ?? 'Not valid',
    rule: entry.rule ?? 'invalid',
  }
}
