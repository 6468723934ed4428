import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { wallet } from '#wallet'
import { giveBackFreeRequest } from '#app/llm/limits/free_requests'
import type { CallOutcome } from '#app/llm/models/llm_call'
import type { ModelRequest, ProviderFailureCode, RequestClass, TokenUsage } from '#app/llm/types'
import type { Attempt } from './attempt.js'
import { attemptRows } from './attempt_log.js'

export interface CallRecord {
  callId: string
  request: ModelRequest
  class: RequestClass
  /** The class that was asked for when spending was above the hourly ceiling. */
  degradedFrom: RequestClass | null
  provider: string
  model: string
  outcome: CallOutcome
  failureCode?: ProviderFailureCode
  attempts: Attempt[]
  usage: TokenUsage
  /** Price to capture from the hold, in micro-USD; 0 gives the whole hold back. */
  priceMicros: number
  holdId: string | null
  /** One of the free requests; it is given back when nobody answered. */
  free: boolean
  firstTokenMs: number | null
  latencyMs: number
  maskedCounts: Record<string, number>
  /** What a provider would have taken for an answer that cost nothing, in nano-USD. */
  savedNano: number
}

/**
 * Ends a call in one transaction: the money is captured (or given back), the call and each of
 * its attempts are logged, all or nothing.
 *
 * @returns what was really captured, in micro-USD
 */
export async function settleCall(record: CallRecord): Promise<number> {
  if (!record.holdId) {
    if (record.free && record.outcome === 'failed') {
      await db.transaction(async (trx) => {
        await giveBackFreeRequest(record.request.workspaceId, trx)
        await write(record, 0, trx)
      })
    } else {
      await write(record, 0, db)
    }
    return 0
  }
  const holdId = record.holdId
  return db.transaction(async (trx) => {
    const priceMicros = await settleHold({ ...record, holdId }, trx)
    await write(record, priceMicros, trx)
    return priceMicros
  })
}

async function settleHold(
  record: CallRecord & { holdId: string },
  trx: TransactionClientContract
): Promise<number> {
  const { holdId, callId, request } = record
  if (record.priceMicros === 0) {
    await wallet.release(
      { workspaceId: request.workspaceId, holdId, idempotencyKey: `llm:${callId}:release` },
      trx
    )
    return 0
  }
  const captured = await wallet.capture(
    {
      workspaceId: request.workspaceId,
      holdId,
      amount: record.priceMicros,
      idempotencyKey: `llm:${callId}:capture`,
      details: {
        class: record.class,
        purpose: request.purpose,
        callId,
        // The wallet's page tells who used the credit.
        ...(request.actor?.id ? { actorId: request.actor.id } : {}),
      },
    },
    trx
  )
  // A hold that ran out while the provider was slow costs the box, not the customer.
  return captured.ok ? captured.capturedAmount : 0
}

/** One statement for the call and its attempts: it is on the way of every answer. */
async function write(
  record: CallRecord,
  priceMicros: number,
  client: TransactionClientContract | typeof db
): Promise<void> {
  const { request, usage } = record
  await client.rawQuery(
    `with written as (
       insert into llm_calls (id, workspace_id, purpose, reference_type, reference_id, actor_kind,
         actor_id, class, provider, model, outcome, failure_code, attempts, prompt_tokens,
         completion_tokens, usage_source, provider_cost_nano, price_micros, hold_id,
         first_token_ms, latency_ms, masked_counts, saved_nano, degraded_from, free)
       values (:callId, :workspaceId, :purpose, :referenceType, :referenceId, :actorKind,
         :actorId, :class, :provider, :model, :outcome, :failureCode, :attempts, :promptTokens,
         :completionTokens, :usageSource, :costNano, :priceMicros, :holdId,
         :firstTokenMs, :latencyMs, :maskedCounts, :savedNano, :degradedFrom, :free)
     )
     insert into llm_attempts (id, workspace_id, call_id, class, number, provider, model,
       model_served, outcome, failure_code, status, prompt_tokens, cached_tokens,
       cache_write_tokens, completion_tokens, usage_source, cost_nano, price_version,
       first_token_ms, latency_ms, created_at)
     select id, :workspaceId, :callId, :class, number, provider, model,
       model_served, outcome, failure_code, status, prompt_tokens, cached_tokens,
       cache_write_tokens, completion_tokens, usage_source, cost_nano, price_version,
       first_token_ms, latency_ms, created_at
     from jsonb_to_recordset(:rows) as a (id uuid, number smallint, provider text, model text,
       model_served text, outcome text, failure_code text, status int, prompt_tokens int,
       cached_tokens int, cache_write_tokens int, completion_tokens int, usage_source text,
       cost_nano bigint, price_version text, first_token_ms int, latency_ms int,
       created_at timestamptz)
     on conflict (id) do update set model_served = excluded.model_served,
       outcome = excluded.outcome, failure_code = excluded.failure_code,
       status = excluded.status, prompt_tokens = excluded.prompt_tokens,
       cached_tokens = excluded.cached_tokens, cache_write_tokens = excluded.cache_write_tokens,
       completion_tokens = excluded.completion_tokens, usage_source = excluded.usage_source,
       cost_nano = excluded.cost_nano, price_version = excluded.price_version,
       first_token_ms = excluded.first_token_ms, latency_ms = excluded.latency_ms, pending = null
     where llm_attempts.outcome = 'open'`,
    {
      callId: record.callId,
      workspaceId: request.workspaceId,
      purpose: request.purpose,
      referenceType: request.reference?.type ?? null,
      referenceId: request.reference?.id ?? null,
      actorKind: request.actor?.kind ?? 'system',
      actorId: request.actor?.id ?? null,
      class: record.class,
      provider: record.provider,
      model: record.model,
      outcome: record.outcome,
      failureCode: record.failureCode ?? null,
      attempts: record.attempts.length,
      promptTokens: usage.promptTokens,
      completionTokens: usage.completionTokens,
      usageSource: usage.source,
      costNano: costOf(record.attempts),
      priceMicros,
      holdId: record.holdId,
      firstTokenMs: record.firstTokenMs,
      latencyMs: record.latencyMs,
      maskedCounts: JSON.stringify(record.maskedCounts),
      savedNano: record.savedNano,
      degradedFrom: record.degradedFrom,
      free: record.free,
      rows: JSON.stringify(attemptRows(record.attempts)),
    }
  )
}

/** Of all attempts, also of those that did not answer; null when one of them has no price. */
function costOf(attempts: Attempt[]): number | null {
  return attempts.reduce<number | null>(
    (sum, { costNano }) => (sum === null || costNano === null ? null : sum + costNano),
    0
  )
}
