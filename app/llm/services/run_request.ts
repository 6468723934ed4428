import { randomUUIDv7 } from 'node:crypto'
import logger from '@adonisjs/core/services/logger'
import { limits, outputTokensOfClass } from '#config/llm'
import { priceOf, wallet, type RequestClass } from '#wallet'
import { activeProvider, modelFor, type ProviderSettings } from './active_provider.js'
import { answerCache, cacheKey } from './answer_cache.js'
import { openAnonymiser } from '#app/llm/privacy/anonymiser'
import { callProvider } from './call_provider.js'
import { classifyRequest } from '#app/llm/classify/classify_request'
import { estimateTokens } from './estimate_tokens.js'
import { stripHiddenCharacters } from '#app/llm/safety/hidden_characters'
import { ProviderFailure } from './provider_failure.js'
import { settleCall, type CallRecord } from './settle_call.js'
import type { ModelResult, ProviderFailureCode, StreamRequest, TokenUsage } from '#app/llm/types'

/** What is known about a call before the provider is asked. */
interface PreparedCall {
  callId: string
  request: StreamRequest
  provider: ProviderSettings
  class: RequestClass
  model: string
  maxOutputTokens: number
  promptTokens: number
  startedAt: number
}

/**
 * One model call: cache, hold, provider, then capture and log in one transaction. Nothing is
 * charged for an answer from the cache or for a provider that failed; an answer that the caller
 * cut short is charged when words had arrived.
 */
export class RunModelRequest {
  async handle(input: StreamRequest): Promise<ModelResult> {
    const provider = activeProvider()
    if (!provider) return { ok: false, reason: 'no_provider' }
    const call = prepare(input, provider)
    const key = cacheKey(call.request, call.class, call.model, call.maxOutputTokens)
    const cached = answerCache.get(key)
    if (cached) return this.#fromCache(call, cached)

    const held = await wallet.hold({
      workspaceId: call.request.workspaceId,
      asset: 'usd',
      amount: priceOf(call.class, call.promptTokens + call.maxOutputTokens),
      purpose: call.request.purpose,
      idempotencyKey: `llm:${call.callId}:hold`,
      ttlSeconds: limits.holdSeconds,
      reference: { type: 'llm_call', id: call.callId },
    })
    if (!held.ok) {
      return { ok: false, reason: 'insufficient_credit', availableMicros: held.availableAmount }
    }
    return this.#fromProvider(call, held.holdId, held.amount, key)
  }

  async #fromCache(
    call: PreparedCall,
    cached: { text: string; usage: TokenUsage }
  ): Promise<ModelResult> {
    call.request.onToken?.(cached.text)
    const latencyMs = Math.round(performance.now() - call.startedAt)
    await settleCall({
      ...recordOf(call),
      outcome: 'cached',
      usage: cached.usage,
      firstTokenMs: latencyMs,
      latencyMs,
    })
    return answer(call, cached.text, cached.usage, 0, { cached: true })
  }

  async #fromProvider(
    call: PreparedCall,
    holdId: string,
    heldMicros: number,
    key: string
  ): Promise<ModelResult> {
    const { request } = call
    const anonymiser = await openAnonymiser(request)
    const restore = anonymiser.restoreStream()
    let text = ''
    let firstTokenMs: number | null = null
    const emit = (piece: string) => {
      if (!piece) return
      firstTokenMs ??= Math.round(performance.now() - call.startedAt)
      text += piece
      request.onToken?.(piece)
    }
    const deadline = AbortSignal.timeout(limits.totalMs)
    const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline
    const record = { ...recordOf(call), holdId, maskedCounts: {} as Record<string, number> }
    const measured = () => ({
      firstTokenMs,
      latencyMs: Math.round(performance.now() - call.startedAt),
      maskedCounts: anonymiser.counts,
    })

    try {
      const reply = await callProvider(call.provider, {
        model: call.model,
        system: anonymiser.mask(request.system),
        messages: request.messages.map((m) => ({ role: m.role, text: anonymiser.mask(m.text) })),
        maxOutputTokens: call.maxOutputTokens,
        signal,
        onDelta: (delta) => emit(restore.push(delta)),
      })
      emit(restore.end())
      if (request.accept?.(text) === false) throw new ProviderFailure('rejected')
      const usage = reply.usage
        ? { ...reply.usage, source: 'reported' as const }
        : estimated(call, text)
      const priceMicros = await settleCall({
        ...record,
        ...measured(),
        outcome: 'answered',
        attempts: reply.attempts,
        usage,
        priceMicros: finalPrice(call, usage, heldMicros),
      })
      if (reply.complete) answerCache.put(key, text, usage)
      return answer(call, text, usage, priceMicros)
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error
      emit(restore.end())
      const usage = estimated(call, text)
      const failureCode = failureOf(error, request, deadline, text)
      const cut = failureCode === 'aborted' && text !== ''
      const priceMicros = await settleCall({
        ...record,
        ...measured(),
        outcome: cut ? 'cut' : 'failed',
        failureCode,
        usage,
        priceMicros: cut ? finalPrice(call, usage, heldMicros) : 0,
      })
      if (cut) return answer(call, text, usage, priceMicros, { cut: true })
      logger.warn({ err: error.cause, code: failureCode, callId: call.callId }, 'model call failed')
      return { ok: false, reason: 'provider_failed', code: failureCode, callId: call.callId }
    }
  }
}

function prepare(input: StreamRequest, provider: ProviderSettings): PreparedCall {
  const request = {
    ...input,
    messages: input.messages.map((m) => ({ ...m, text: stripHiddenCharacters(m.text) })),
  }
  const prompt = request.messages.map((m) => m.text).join('\n')
  const requestClass =
    input.class === 'decide'
      ? classifyRequest(input.purpose, request.messages.at(-1)?.text ?? '')
      : input.class
  return {
    callId: randomUUIDv7(),
    request,
    provider,
    class: requestClass,
    model: modelFor(provider, requestClass),
    maxOutputTokens: input.maxOutputTokens ?? outputTokensOfClass[requestClass],
    promptTokens: estimateTokens(input.system) + estimateTokens(prompt),
    startedAt: performance.now(),
  }
}

function recordOf(call: PreparedCall) {
  return {
    callId: call.callId,
    request: call.request,
    class: call.class,
    provider: call.provider.name,
    model: call.model,
    attempts: 1,
    priceMicros: 0,
    holdId: null,
    maskedCounts: {},
  } satisfies Partial<CallRecord>
}

function estimated(call: PreparedCall, text: string): TokenUsage {
  return {
    promptTokens: call.promptTokens,
    completionTokens: estimateTokens(text),
    source: 'estimated',
  }
}

/** Whose doing the end was: the caller's refusal, the caller's leaving, our deadline, the provider. */
function failureOf(
  failure: ProviderFailure,
  request: StreamRequest,
  deadline: AbortSignal,
  text: string
): ProviderFailureCode {
  if (failure.code !== 'aborted') return failure.code
  if (request.accept?.(text) === false) return 'rejected'
  return deadline.aborted && !request.signal?.aborted ? 'timeout' : 'aborted'
}

/** Price by the tokens really used, never more than was held and announced. */
function finalPrice(call: PreparedCall, usage: TokenUsage, heldMicros: number): number {
  return Math.min(priceOf(call.class, usage.promptTokens + usage.completionTokens), heldMicros)
}

function answer(
  call: PreparedCall,
  text: string,
  usage: TokenUsage,
  priceMicros: number,
  flags: { cached?: boolean; cut?: boolean } = {}
): ModelResult {
  return {
    ok: true,
    text,
    class: call.class,
    priceMicros,
    usage: {
      promptTokens: usage.promptTokens,
      completionTokens: usage.completionTokens,
      source: usage.source,
    },
    model: call.model,
    callId: call.callId,
    cached: flags.cached ?? false,
    cut: flags.cut ?? false,
  }
}
