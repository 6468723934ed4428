import db from '@adonisjs/lucid/services/db'
import { resilience } from '#config/llm'
import { wallet, type RequestClass } from '#wallet'
import { giveBackFreeRequest } from '#app/llm/limits/free_requests'
import type { ProviderName } from '#app/llm/providers/provider'
import { costNano } from '#app/llm/routing/prices'
import type { PendingCall } from './attempt_log.js'

/** A little more than a hold lives: whoever is at work now is not taken for dead. */
const LOST_AFTER_SECONDS = resilience.holdSeconds + 30
const AT_ONCE = 100

interface LostAttempt {
  id: string
  workspace_id: string
  call_id: string
  class: RequestClass
  provider: ProviderName
  model: string
  number: number
  prompt_tokens: number
  pending: PendingCall
  created_at: Date
}

/**
 * Tells of calls whose process died between the provider's answer and the capture. The hold is
 * given back, so the customer pays nothing; what the provider will bill is not known and is kept
 * as the most that it can be, marked as an estimate (suspense).
 */
export class RecoverCalls {
  /** @returns how many calls were found */
  async handle(now = new Date()): Promise<number> {
    const before = new Date(now.getTime() - LOST_AFTER_SECONDS * 1_000)
    const { rows } = await db.rawQuery<{ rows: LostAttempt[] }>(
      `select * from llm_attempts where outcome = 'open' and created_at < ?
       order by created_at limit ${AT_ONCE}`,
      [before]
    )
    for (const row of rows) await this.#recover(row, now)
    return rows.length
  }

  async #recover(lost: LostAttempt, now: Date): Promise<void> {
    const { workspace_id: workspaceId, call_id: callId, pending } = lost
    const usage = {
      ...{ promptTokens: lost.prompt_tokens, completionTokens: pending.maxOutputTokens },
      ...{ cachedTokens: 0, cacheWriteTokens: 0 },
    }
    const cost = lost.provider === 'local' ? 0 : costNano(lost.model, usage, lost.created_at)
    await db.transaction(async (trx) => {
      const { rows } = await trx.rawQuery(
        `update llm_attempts set outcome = 'failed', failure_code = 'lost', pending = null,
           completion_tokens = :completionTokens, cost_nano = :cost
         where id = :id and outcome = 'open' returning id`,
        { completionTokens: usage.completionTokens, cost, id: lost.id } as never
      )
      if (rows.length === 0) return
      const { holdId } = pending
      if (holdId) {
        const idempotencyKey = `llm:${callId}:release`
        await wallet.release({ workspaceId, holdId, now, idempotencyKey }, trx)
      } else {
        await giveBackFreeRequest(workspaceId, trx)
      }
      await trx.rawQuery(
        `insert into llm_calls (id, workspace_id, purpose, reference_type, reference_id,
           actor_kind, actor_id, class, provider, model, outcome, failure_code, attempts,
           prompt_tokens, completion_tokens, usage_source, provider_cost_nano, price_micros,
           hold_id, latency_ms, created_at)
         values (:callId, :workspaceId, :purpose, :referenceType, :referenceId, :actorKind,
           :actorId, :class, :provider, :model, 'failed', 'lost', :number, :promptTokens,
           :completionTokens, 'estimated', :cost, 0, :holdId, 0, :createdAt)
         on conflict (id) do nothing`,
        {
          ...{ callId, workspaceId, cost, class: lost.class, number: lost.number },
          ...{ provider: lost.provider, model: lost.model, createdAt: lost.created_at },
          ...{ promptTokens: usage.promptTokens, completionTokens: usage.completionTokens },
          ...{ purpose: pending.purpose, holdId: pending.holdId },
          ...{ actorKind: pending.actorKind, actorId: pending.actorId },
          ...{ referenceType: pending.referenceType, referenceId: pending.referenceId },
        } as never
      )
    })
  }
}
