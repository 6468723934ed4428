import { randomUUID } from 'node:crypto'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { DateTime } from 'luxon'
import { wallet, priceOf, type RequestClass } from '#wallet'
import LlmCall from '#app/llm/models/llm_call'

export interface PastCallInput {
  workspaceId: string
  purpose: string
  class: RequestClass
  provider: string
  model: string
  promptTokens: number
  completionTokens: number
  providerCostNano: number
  firstTokenMs: number
  latencyMs: number
  reference: { type: string; id: string }
  at: Date
}

/**
 * Books a model call that happened in the past, for a history that is loaded afterwards: hold,
 * capture and log row, as a living call would have left them.
 *
 * @returns the price in micro-dollars, or null when the credit of that time did not suffice
 */
export async function recordPastCall(
  input: PastCallInput,
  trx: TransactionClientContract
): Promise<number | null> {
  const { workspaceId, reference, at: now } = input
  const id = randomUUID()
  const priceMicros = priceOf(input.class, input.promptTokens + input.completionTokens)
  const hold = await wallet.hold(
    {
      ...{ workspaceId, asset: 'usd', amount: priceMicros, purpose: input.purpose },
      ...{ idempotencyKey: `llm:${id}:hold`, reference, now },
    },
    trx
  )
  if (!hold.ok) return null

  const captured = await wallet.capture(
    {
      ...{ workspaceId, holdId: hold.holdId, amount: priceMicros },
      ...{ idempotencyKey: `llm:${id}:capture`, details: { class: input.class, callId: id }, now },
    },
    trx
  )
  if (!captured.ok) return null

  await LlmCall.create(
    {
      ...{ id, workspaceId, purpose: input.purpose, class: input.class, priceMicros },
      ...{ referenceType: reference.type, referenceId: reference.id, actorKind: 'visitor' },
      ...{ provider: input.provider, model: input.model, outcome: 'answered', attempts: 1 },
      ...{ promptTokens: input.promptTokens, completionTokens: input.completionTokens },
      ...{ usageSource: 'reported', providerCostNano: input.providerCostNano },
      ...{ holdId: hold.holdId, firstTokenMs: input.firstTokenMs, latencyMs: input.latencyMs },
      ...{ maskedCounts: {}, createdAt: DateTime.fromJSDate(input.at) },
    },
    { client: trx }
  )
  return priceMicros
}
