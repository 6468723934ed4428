import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import type { RequestClass } from '#wallet'
import { priceVersionOf } from '#app/llm/routing/prices'
import type { Attempt, AttemptInput } from './attempt.js'

/** What an open attempt keeps of its call, so that the call can be told of after a crash. */
export interface PendingCall {
  purpose: string
  /** Null for a request that is free. */
  holdId: string | null
  actorKind: string
  actorId: string | null
  referenceType: string | null
  referenceId: string | null
  /** Longest answer that was asked for: the most that a lost attempt can have cost. */
  maxOutputTokens: number
}

export interface OpenAttempt extends Pick<AttemptInput, 'id' | 'number' | 'candidate'> {
  workspaceId: string
  callId: string
  class: RequestClass
  promptTokens: number
  pending: PendingCall
}

/**
 * Notes that a provider is about to be asked. Nobody waits for it: the provider takes longer.
 * When the process dies, `RecoverCalls` finds the row.
 */
export function noteAttempt(attempt: OpenAttempt): void {
  const { candidate } = attempt
  db.rawQuery(
    `insert into llm_attempts (id, workspace_id, call_id, number, class, provider, model, outcome,
       prompt_tokens, usage_source, pending)
     values (?, ?, ?, ?, ?, ?, ?, 'open', ?, 'estimated', ?)
     on conflict (id) do nothing`,
    [
      ...[attempt.id, attempt.workspaceId, attempt.callId, attempt.number, attempt.class],
      ...[candidate.provider.name, candidate.model, attempt.promptTokens],
      JSON.stringify(attempt.pending),
    ]
  ).catch((error) => logger.error({ err: error, callId: attempt.callId }, 'attempt not noted'))
}

/** Rows of ended attempts, as the settling statement takes them (jsonb_to_recordset). */
export function attemptRows(attempts: Attempt[]): object[] {
  return attempts.map((attempt) => ({
    id: attempt.id,
    number: attempt.number,
    provider: attempt.candidate.provider.name,
    model: attempt.candidate.model,
    model_served: attempt.modelServed,
    outcome: attempt.outcome,
    failure_code: attempt.failureCode,
    status: attempt.status,
    prompt_tokens: attempt.usage.promptTokens,
    cached_tokens: attempt.usage.cachedTokens,
    cache_write_tokens: attempt.usage.cacheWriteTokens,
    completion_tokens: attempt.usage.completionTokens,
    usage_source: attempt.usageSource,
    cost_nano: attempt.costNano,
    price_version: priceVersionOf(attempt.candidate.model, attempt.startedAt)?.from ?? null,
    first_token_ms: attempt.firstTokenMs,
    latency_ms: attempt.latencyMs,
    created_at: attempt.startedAt.toISOString(),
  }))
}

/** The provider's own count of an attempt that was an estimate so far, and of its call's cost. */
export async function correctAttempt(workspaceId: string, attempt: Attempt): Promise<void> {
  if (attempt.usageSource !== 'reported') return
  const { usage } = attempt
  await db.rawQuery(
    `with corrected as (
       update llm_attempts set usage_source = 'reported', prompt_tokens = ?, cached_tokens = ?,
         cache_write_tokens = ?, completion_tokens = ?, cost_nano = ?, model_served = ?
       where workspace_id = ? and id = ? and usage_source = 'estimated'
       returning call_id
     )
     update llm_calls c set provider_cost_nano = ? + coalesce((
         select sum(a.cost_nano) from llm_attempts a where a.call_id = c.id and a.id <> ?), 0)
     from corrected where c.id = corrected.call_id`,
    [
      ...[usage.promptTokens, usage.cachedTokens, usage.cacheWriteTokens, usage.completionTokens],
      ...[attempt.costNano, attempt.modelServed, workspaceId, attempt.id],
      ...[attempt.costNano, attempt.id],
    ]
  )
}
