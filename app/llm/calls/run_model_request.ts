import logger from '@adonisjs/core/services/logger'
import { resilience } from '#config/llm'
import { priceOf, wallet } from '#wallet'
import { refreshLocalModel } from '#app/llm/local/local_models'
import { measureCall } from '#app/llm/dashboard/metrics'
import { admit } from '#app/llm/limits/fair_use'
import { takeFreeRequest } from '#app/llm/limits/free_requests'
import { openAnonymiser, type Anonymiser } from '#app/llm/privacy/anonymiser'
import { recordDisclosure } from '#app/llm/privacy/disclosures'
import type { ProviderReply, ProviderUsage } from '#app/llm/providers/provider'
import { ProviderFailure } from '#app/llm/providers/provider_failure'
import { savedNano } from '#app/llm/routing/savings'
import { spendsTooFast } from '#app/llm/routing/slow_down'
import { isOfTheShape } from '#app/llm/safety/structured_output'
import { answerCache, cacheKey, type CachedAnswer } from '#app/llm/services/answer_cache'
import type { ChatMessage, ModelResult, StreamRequest, TokenUsage, ToolCall } from '#app/llm/types'
import { askModels, type Asked } from './ask_models.js'
import { correctAttempt, noteAttempt } from './attempt_log.js'
import { estimateTokens } from './estimate_tokens.js'
import { degradeCall, prepareCall, type PreparedCall } from './prepare_call.js'
import { mapTexts } from './map_texts.js'
import { singleFlight } from './single_flight.js'
import { settleCall, type CallRecord } from './settle_call.js'

interface Hold {
  /** Null for a request that is free. */
  id: string | null
  micros: number
}

const FREE: Hold = { id: null, micros: 0 }

/**
 * One model call: cache, hold, providers, then capture and log in one transaction. Nothing is
 * charged for an answer from the cache or for a call that nobody answered; an answer that the
 * caller cut short is charged when words had arrived.
 */
export class RunModelRequest {
  async handle(input: StreamRequest): Promise<ModelResult> {
    await refreshLocalModel()
    const usual = prepareCall(input)
    if (!usual) return { ok: false, reason: 'no_provider' }
    const call = (await spendsTooFast(input.workspaceId)) ? degradeCall(usual) : usual
    const key = cacheKey(call)
    if (input.keep === 'never') return this.#pay(call, key)
    const cached = answerCache.get(key)
    if (cached) return this.#fromCache(call, cached)
    return singleFlight(
      key,
      () => this.#pay(call, key),
      ({ text, usage, model }) =>
        this.#fromCache(call, { text, usage, model, provider: call.candidates[0].provider.name })
    )
  }

  async #pay(call: PreparedCall, key: string): Promise<ModelResult> {
    const tokens = call.promptTokens + call.maxOutputTokens
    const admitted = await admit(call.request.workspaceId, tokens)
    if (!admitted.ok) return admitted
    try {
      return await this.#hold(call, key)
    } finally {
      admitted.leave()
    }
  }

  async #hold(call: PreparedCall, key: string): Promise<ModelResult> {
    const { workspaceId, purpose } = call.request
    if (await takeFreeRequest(workspaceId, purpose)) return this.#fromModels(call, FREE, key)
    const held = await wallet.hold({
      ...{ workspaceId, purpose, asset: 'usd' },
      amount: priceOf(call.class, call.promptTokens + call.maxOutputTokens),
      idempotencyKey: `llm:${call.callId}:hold`,
      ttlSeconds: resilience.holdSeconds,
      reference: { type: 'llm_call', id: call.callId },
    })
    if (!held.ok) {
      return { ok: false, reason: 'insufficient_credit', availableMicros: held.availableAmount }
    }
    return this.#fromModels(call, { id: held.holdId, micros: held.amount }, key)
  }

  async #fromCache(call: PreparedCall, cached: CachedAnswer): Promise<ModelResult> {
    const { text, usage } = cached
    call.request.onToken?.(text)
    const latencyMs = elapsed(call)
    const accepted = call.request.accept?.(text) !== false
    await settle({
      ...recordOf(call),
      ...{ outcome: 'cached', usage, model: cached.model, provider: cached.provider },
      ...{ firstTokenMs: latencyMs, latencyMs, savedNano: savedNano(call.class, usage) },
    })
    if (!accepted) return failed(call, 'rejected')
    return answer(call, { ...cached, priceMicros: 0, cached: true })
  }

  async #fromModels(call: PreparedCall, hold: Hold, key: string): Promise<ModelResult> {
    const { request } = call
    const anonymiser = await openAnonymiser(request)
    const words = new Words(call, anonymiser)
    const settled = Promise.withResolvers<void>()
    const asked = await this.#ask(call, hold, anonymiser, words, settled.promise)
    words.end()
    if (asked.reply) words.showWhole()

    const text = words.text
    const { failure, reply } = whatTheCallerThinks(asked, request, text)
    const last = asked.attempts.at(-1)
    const usage = usageOf(call, text, asked)
    const cut = failure?.code === 'aborted' && text !== ''
    const priceMicros = await settle({
      ...recordOf(call),
      ...{ holdId: hold.id, free: hold === FREE, attempts: asked.attempts, usage },
      provider: last?.candidate.provider.name ?? recordOf(call).provider,
      model: last?.candidate.model ?? recordOf(call).model,
      outcome: reply ? 'answered' : cut ? 'cut' : 'failed',
      failureCode: failure?.code,
      priceMicros: reply || cut ? finalPrice(call, usage, hold) : 0,
      firstTokenMs: words.firstMs,
      latencyMs: elapsed(call),
      maskedCounts: anonymiser.counts,
      savedNano:
        reply && last?.candidate.provider.name === 'local' ? savedNano(call.class, usage) : 0,
    })
    settled.resolve()
    await this.#noteDisclosure(call, asked, anonymiser, words)
    if (failure && !cut) {
      const { callId } = call
      logger.warn({ err: failure.cause, code: failure.code, callId }, 'model call failed')
      return failed(call, failure.code)
    }
    const model = last!.candidate.model
    const provider = last!.candidate.provider.name
    const toolCalls = (reply?.toolCalls ?? []).map((toolCall): ToolCall => ({
      ...toolCall,
      arguments: mapTexts(toolCall.arguments, (value) => anonymiser.restore(value)),
    }))
    if (reply?.finish === 'stop' && request.keep !== 'never') {
      answerCache.put(key, { text, usage, model, provider }, request.keep)
    }
    return answer(call, { text, usage, priceMicros, model, toolCalls, cut, free: hold === FREE })
  }

  /** What an external provider was sent and sent back; never the reason for a call to fail. */
  async #noteDisclosure(call: PreparedCall, asked: Asked, anonymiser: Anonymiser, words: Words) {
    const { request, callId } = call
    const external = asked.attempts.findLast(({ candidate }) => candidate.provider.name !== 'local')
    if (!external) return
    await recordDisclosure({
      ...{ workspaceId: request.workspaceId, callId, purpose: request.purpose },
      ...{ provider: external.candidate.provider.name, model: external.candidate.model },
      system: anonymiser.mask(request.system),
      messages: request.messages.map(({ role, text }) => ({ role, text: anonymiser.mask(text) })),
      answer: words.raw || null,
      counts: anonymiser.counts,
    }).catch((error) => logger.error({ err: error, callId }, 'disclosure not noted'))
  }

  #ask(
    call: PreparedCall,
    hold: Hold,
    anonymiser: Anonymiser,
    words: Words,
    settled: Promise<void>
  ): Promise<Asked> {
    const { request } = call
    return askModels({
      candidates: call.candidates,
      call: {
        partition: request.workspaceId,
        system: anonymiser.mask(request.system),
        messages: request.messages.map((message) => masked(message, anonymiser)),
        maxOutputTokens: call.maxOutputTokens,
        temperature: request.temperature,
        schema: request.schema,
        tools: request.tools,
      },
      promptTokens: call.promptTokens,
      firstSignMs: call.firstSignMs,
      left: request.signal,
      deadline: AbortSignal.timeout(call.deadlineMs),
      onDelta: (text) => words.push(text),
      onAttempt: (attempt) => {
        words.begin()
        noteAttempt({
          ...attempt,
          ...{ workspaceId: request.workspaceId, callId: call.callId, class: call.class },
          promptTokens: call.promptTokens,
          pending: {
            purpose: request.purpose,
            holdId: hold.id,
            actorKind: request.actor?.kind ?? 'system',
            actorId: request.actor?.id ?? null,
            referenceType: request.reference?.type ?? null,
            referenceId: request.reference?.id ?? null,
            maxOutputTokens: call.maxOutputTokens,
          },
        })
      },
      onDrained: (attempt) => {
        settled
          .then(() => correctAttempt(request.workspaceId, attempt))
          .catch((error) => logger.error({ err: error, callId: call.callId }, 'cost not corrected'))
      },
      hasSpoken: () => words.shown,
      check: (reply) => checkReply(request, reply, words),
    })
  }
}

/** What a model asked of a tool before is as personal as what people wrote. */
function masked(message: ChatMessage, anonymiser: Anonymiser): ChatMessage {
  const text = anonymiser.mask(message.text)
  if (message.role !== 'assistant' || !message.toolCalls) return { ...message, text }
  const toolCalls = message.toolCalls.map((call) => ({
    ...call,
    arguments: mapTexts(call.arguments, (value) => anonymiser.mask(value)),
  }))
  return { ...message, text, toolCalls }
}

/** The answer as it grows, originals put back; JSON of a schema is shown when it is whole. */
class Words {
  text = ''
  /** As the provider sent it, placeholders and all. */
  raw = ''
  firstMs: number | null = null
  #restorer

  constructor(
    private readonly call: PreparedCall,
    private readonly anonymiser: Anonymiser
  ) {
    this.#restorer = anonymiser.restoreStream()
  }

  /** Whether the reader has seen something. */
  get shown(): boolean {
    return this.text !== '' && !this.call.request.schema
  }

  /** Another attempt begins: nothing of the one before it has been shown. */
  begin(): void {
    this.text = ''
    this.raw = ''
    this.#restorer = this.anonymiser.restoreStream()
  }

  push(piece: string): void {
    this.raw += piece
    this.#add(this.#restorer.push(piece))
  }

  end(): void {
    this.#add(this.#restorer.end())
  }

  /** JSON of a schema, now that it is whole and checked. */
  showWhole(): void {
    if (this.call.request.schema && this.text) this.call.request.onToken?.(this.text)
  }

  #add(piece: string): void {
    if (!piece) return
    this.firstMs ??= elapsed(this.call)
    this.text += piece
    if (!this.call.request.schema) this.call.request.onToken?.(piece)
  }
}

async function checkReply(request: StreamRequest, reply: ProviderReply, words: Words) {
  if (!request.schema && !request.tools) return null
  words.end()
  const isRight = await isOfTheShape(request, reply, words.text)
  return isRight ? null : new ProviderFailure('invalid_output')
}

/** An answer that the caller cannot use has failed, whoever ended it. */
function whatTheCallerThinks(asked: Asked, request: StreamRequest, text: string) {
  const { failure, reply } = asked
  const usable = reply || failure.code === 'aborted'
  if (usable && request.accept?.(text) === false)
    return { failure: new ProviderFailure('rejected') }
  return { failure, reply }
}

/** Books the call and counts it. */
async function settle(record: CallRecord): Promise<number> {
  const priceMicros = await settleCall(record)
  measureCall(record)
  return priceMicros
}

function recordOf(call: PreparedCall): CallRecord {
  const [first] = call.candidates
  return {
    callId: call.callId,
    request: call.request,
    class: call.class,
    degradedFrom: call.degradedFrom,
    provider: first.provider.name,
    model: first.model,
    outcome: 'failed',
    attempts: [],
    usage: { promptTokens: 0, completionTokens: 0, source: 'estimated' },
    priceMicros: 0,
    holdId: null,
    free: false,
    firstTokenMs: null,
    latencyMs: elapsed(call),
    maskedCounts: {},
    savedNano: 0,
  }
}

function elapsed(call: PreparedCall): number {
  return Math.round(performance.now() - call.startedAt)
}

/** What the answer is priced by: the provider's count of the attempt that gave it. */
function usageOf(call: PreparedCall, text: string, { attempts, reply }: Asked): TokenUsage {
  const reported: ProviderUsage | null = reply?.usage ?? null
  return {
    promptTokens: reported?.promptTokens ?? (attempts.length > 0 ? call.promptTokens : 0),
    completionTokens: reported?.completionTokens ?? estimateTokens(text),
    source: reported ? 'reported' : 'estimated',
  }
}

/** Price by the tokens really used, never more than was held and announced. */
function finalPrice(call: PreparedCall, usage: TokenUsage, hold: Hold): number {
  return Math.min(priceOf(call.class, usage.promptTokens + usage.completionTokens), hold.micros)
}

function failed(call: PreparedCall, code: ProviderFailure['code']): ModelResult {
  return { ok: false, reason: 'provider_failed', code, callId: call.callId }
}

function answer(
  call: PreparedCall,
  end: {
    text: string
    usage: TokenUsage
    priceMicros: number
    model: string
    toolCalls?: ToolCall[]
    cached?: boolean
    cut?: boolean
    free?: boolean
  }
): ModelResult {
  return {
    ok: true,
    text: end.text,
    ...(call.request.schema && !end.cut && end.text ? { value: JSON.parse(end.text) } : {}),
    toolCalls: end.toolCalls ?? [],
    class: call.class,
    priceMicros: end.priceMicros,
    usage: end.usage,
    model: end.model,
    callId: call.callId,
    cached: end.cached ?? false,
    cut: end.cut ?? false,
    free: end.free ?? false,
  }
}
