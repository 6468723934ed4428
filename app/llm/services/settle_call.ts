import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { wallet } from '#wallet'
import LlmCall, { type CallOutcome } from '#app/llm/models/llm_call'
import { priceOfModel } from './active_provider.js'
import type { ModelRequest, ProviderFailureCode, RequestClass, TokenUsage } from '#app/llm/types'

export interface CallRecord {
  callId: string
  request: ModelRequest
  class: RequestClass
  provider: string
  model: string
  outcome: CallOutcome
  failureCode?: ProviderFailureCode
  attempts: number
  usage: TokenUsage & { cachedTokens?: number }
  /** Price to capture from the hold, in micro-USD; 0 gives the whole hold back. */
  priceMicros: number
  holdId: string | null
  firstTokenMs: number | null
  latencyMs: number
  maskedCounts: Record<string, number>
}

/**
 * Ends a call in one transaction: the money is captured (or given back) and the call is logged,
 * both or neither.
 *
 * @returns what was really captured, in micro-USD
 */
export async function settleCall(record: CallRecord): Promise<number> {
  return db.transaction(async (trx) => {
    const priceMicros = await settleHold(record, trx)
    await LlmCall.create(row(record, priceMicros), { client: trx })
    return priceMicros
  })
}

async function settleHold(record: CallRecord, trx: TransactionClientContract): Promise<number> {
  const { holdId, callId, request } = record
  if (!holdId) return 0
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
      details: { class: record.class, purpose: request.purpose, callId },
    },
    trx
  )
  // A hold that ran out while the provider was slow costs the box, not the customer.
  return captured.ok ? captured.capturedAmount : 0
}

function row(record: CallRecord, priceMicros: number): Partial<LlmCall> {
  const { request, usage } = record
  return {
    id: record.callId,
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
    attempts: record.attempts,
    promptTokens: usage.promptTokens,
    completionTokens: usage.completionTokens,
    usageSource: usage.source,
    providerCostNano: record.outcome === 'cached' ? 0 : providerCost(record),
    priceMicros,
    holdId: record.holdId,
    firstTokenMs: record.firstTokenMs,
    latencyMs: record.latencyMs,
    maskedCounts: record.maskedCounts,
  }
}

/** Nano-USD by the price table; prompt tokens include the ones that the provider had cached. */
function providerCost({ model, usage }: CallRecord): number | null {
  const price = priceOfModel(model)
  if (!price) return null
  const cached = usage.cachedTokens ?? 0
  return (
    (usage.promptTokens - cached) * price.input +
    cached * price.cachedInput +
    usage.completionTokens * price.output
  )
}
