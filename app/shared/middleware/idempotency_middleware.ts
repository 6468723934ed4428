import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  E_IDEMPOTENCY_IN_PROGRESS,
  E_IDEMPOTENCY_KEY_INVALID,
  E_IDEMPOTENCY_KEY_REUSED,
  E_IDEMPOTENCY_NOT_REPLAYABLE,
} from '#shared/exceptions/errors'
import {
  claimKey,
  keepAnswer,
  keepClaim,
  releaseKey,
  type Claim,
  type StoredAnswer,
} from '#shared/api/idempotency_store'
import { fingerprintOf } from '#shared/api/request_fingerprint'

/** A twin waits this long for the first one's answer, then gets a 409. */
const PATIENCE_MS = 5_000
const LOOK_AGAIN_MS = 50
/** Longer answers are not kept, in characters. */
const MAX_BODY = 256 * 1024

/**
 * Writes with an `Idempotency-Key` happen once: a repetition gets the first answer again, marked
 * with `Idempotency-Replayed: true` (after draft-ietf-httpapi-idempotency-key-header-07).
 */
export default class IdempotencyMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    const key = ctx.request.header('Idempotency-Key')
    if (key === undefined) return next()
    if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new E_IDEMPOTENCY_KEY_INVALID()

    const workspaceId = ctx.workspace.id
    const outcome = await this.#claim(workspaceId, key, await fingerprintOf(ctx))
    switch (outcome.kind) {
      case 'answered':
        return this.#replay(ctx, outcome)
      case 'other_request':
        throw new E_IDEMPOTENCY_KEY_REUSED()
      case 'in_progress':
        throw Object.assign(new E_IDEMPOTENCY_IN_PROGRESS(), { retryAfterSeconds: 1 })
      case 'mine':
        await this.#run(next, workspaceId, key, outcome.claim)
        await this.#settle(ctx, workspaceId, key, outcome.claim)
    }
  }

  async #run(next: NextFn, workspaceId: string, key: string, claim: string) {
    const stopKeeping = keepClaim(workspaceId, key, claim)
    try {
      await next()
    } finally {
      stopKeeping()
    }
  }

  async #claim(workspaceId: string, key: string, fingerprint: Buffer): Promise<Claim> {
    const deadline = Date.now() + PATIENCE_MS
    for (;;) {
      const outcome = await claimKey(workspaceId, key, fingerprint)
      if (outcome.kind !== 'in_progress' || Date.now() > deadline) return outcome
      await sleep(LOOK_AGAIN_MS)
    }
  }

  #replay(ctx: HttpContext, answer: StoredAnswer) {
    if (answer.body === null && answer.status !== 204) throw new E_IDEMPOTENCY_NOT_REPLAYABLE()
    const { response } = ctx
    response.header('Idempotency-Replayed', 'true')
    if (answer.location) response.header('Location', answer.location)
    response.status(answer.status).send(answer.body ?? '')
    if (answer.contentType) response.header('Content-Type', answer.contentType)
  }

  /** What failed on our side, or was refused before any work, may be tried again with the key. */
  async #settle(ctx: HttpContext, workspaceId: string, key: string, claim: string) {
    const { response } = ctx
    const status = response.getStatus()
    if (status >= 500 || status === 429 || status === 401 || status === 403) {
      return releaseKey(workspaceId, key, claim)
    }
    const body: unknown = response.getBody()
    const text = bodyText(body)
    await keepAnswer(workspaceId, key, claim, {
      status,
      contentType: headerText(response.getHeader('Content-Type')) ?? defaultType(body),
      location: headerText(response.getHeader('Location')),
      body: text !== null && text.length <= MAX_BODY ? text : null,
    })
  }
}

function bodyText(body: unknown): string | null {
  if (typeof body === 'string') return body
  if (body === null || body === undefined) return null
  if (Buffer.isBuffer(body)) return null
  return JSON.stringify(body)
}

/** The framework sets the type of objects only when it writes them. */
function defaultType(body: unknown): string | null {
  return typeof body === 'object' && body !== null ? 'application/json; charset=utf-8' : null
}

function headerText(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
