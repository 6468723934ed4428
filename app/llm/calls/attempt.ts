import type { ProviderCall, ProviderReply, ProviderUsage } from '#app/llm/providers/provider'
import { ProviderFailure } from '#app/llm/providers/provider_failure'
import { costNano } from '#app/llm/routing/prices'
import type { Candidate } from '#app/llm/routing/candidates'
import type { ProviderFailureCode } from '#app/llm/types'
import { drains } from './drains.js'
import { estimateTokens } from './estimate_tokens.js'

/** One attempt at one model, as it is kept: what it cost is known for each of them. */
export interface Attempt {
  id: string
  number: number
  candidate: Candidate
  startedAt: Date
  outcome: 'answered' | 'cut' | 'failed'
  failureCode: ProviderFailureCode | null
  /** HTTP status of a refusal. */
  status: number | null
  modelServed: string | null
  usage: ProviderUsage
  usageSource: 'reported' | 'estimated' | 'none'
  /** Nano-USD; null when the model has no price (a server of one's own). */
  costNano: number | null
  firstTokenMs: number | null
  latencyMs: number
}

export interface AttemptInput {
  id: string
  number: number
  candidate: Candidate
  call: Omit<ProviderCall, 'model' | 'signal' | 'onDelta' | 'onSign'>
  /** Tokens of the prompt as estimated here, for attempts that end without a report. */
  promptTokens: number
  firstSignMs: number
  /** The reader has left. */
  left: AbortSignal | undefined
  /** The whole call is out of time. */
  deadline: AbortSignal
  onDelta: (text: string) => void
  /** The true usage of an attempt whose reader had left came in afterwards. */
  onDrained: (attempt: Attempt) => void
}

export type AttemptEnd = { attempt: Attempt } & (
  { reply: ProviderReply; failure?: undefined } | { failure: ProviderFailure; reply?: undefined }
)

/** Asks one model once. Never throws for what a provider does. */
export async function runAttempt(input: AttemptInput): Promise<AttemptEnd> {
  const startedAt = performance.now()
  const base = { id: input.id, number: input.number, startedAt: new Date() }
  const upstream = new AbortController()
  let received = ''
  let firstTokenMs: number | null = null
  let silent = false
  let detached = false
  const timer = setTimeout(() => {
    silent = true
    upstream.abort()
  }, input.firstSignMs)
  const onSign = () => clearTimeout(timer)
  const outOfTime = () => upstream.abort()
  input.deadline.addEventListener('abort', outOfTime, { once: true })

  const kept = (end: Partial<Attempt> & Pick<Attempt, 'outcome'>): Attempt => ({
    ...base,
    candidate: input.candidate,
    failureCode: null,
    status: null,
    modelServed: null,
    ...usageOf(input, received, null),
    firstTokenMs,
    latencyMs: Math.round(performance.now() - startedAt),
    ...end,
  })
  const answered = (reply: ProviderReply) =>
    kept({
      outcome: 'answered',
      modelServed: reply.model,
      ...usageOf(input, received, reply.usage),
    })

  const reader = whenItLeaves(input.left)
  const running = input.candidate.provider.call({
    ...input.call,
    model: input.candidate.model,
    signal: upstream.signal,
    onSign,
    onDelta: (text) => {
      onSign()
      if (text === '') return
      firstTokenMs ??= Math.round(performance.now() - startedAt)
      received += text
      if (!detached) input.onDelta(text)
    },
  })
  try {
    return await Promise.race([
      running.then((reply): AttemptEnd => ({ reply, attempt: answered(reply) })),
      reader.left,
    ])
  } catch (error) {
    const failure = failureOf(error, { silent, late: input.deadline.aborted, received })
    if (failure.code === 'aborted' && !upstream.signal.aborted) {
      detached = true
      const worthIt = received !== '' && input.candidate.provider.name !== 'local'
      if (worthIt && drains.start(running, () => upstream.abort())) {
        void running.then(
          (reply) => input.onDrained({ ...answered(reply), outcome: 'cut' }),
          () => {}
        )
      } else {
        running.catch(() => {})
        upstream.abort()
      }
    }
    return {
      failure,
      attempt: kept({
        outcome: received !== '' ? 'cut' : 'failed',
        failureCode: failure.code,
        status: failure.details.status ?? null,
        // A refusal costs nothing; whoever had begun to answer bills what it read and wrote.
        ...(received === '' && refuses(failure) ? nothing : usageOf(input, received, null)),
      }),
    }
  } finally {
    clearTimeout(timer)
    reader.forget()
    input.deadline.removeEventListener('abort', outOfTime)
  }
}

const NO_TOKENS = { promptTokens: 0, cachedTokens: 0, cacheWriteTokens: 0, completionTokens: 0 }
const nothing = { usage: NO_TOKENS, usageSource: 'none' as const, costNano: 0 }

/** The provider said no, or was never reached: nothing was read, so nothing is billed. */
function refuses({ code }: ProviderFailure): boolean {
  return code !== 'timeout' && code !== 'aborted' && code !== 'cut' && code !== 'invalid_output'
}

function usageOf(
  { candidate, promptTokens }: AttemptInput,
  text: string,
  reported: ProviderUsage | null
) {
  const usage = reported ?? {
    ...NO_TOKENS,
    promptTokens,
    completionTokens: estimateTokens(text),
  }
  return {
    usage,
    usageSource: reported ? ('reported' as const) : ('estimated' as const),
    costNano: candidate.provider.name === 'local' ? 0 : costNano(candidate.model, usage),
  }
}

/** Whose doing the end was: a silent model, our deadline, a reader who left, or the provider. */
function failureOf(
  error: unknown,
  { silent, late, received }: { silent: boolean; late: boolean; received: string }
): ProviderFailure {
  const failure =
    error instanceof ProviderFailure ? error : new ProviderFailure('unavailable', error)
  if (failure.code === 'aborted')
    return silent || late ? new ProviderFailure('timeout', error) : failure
  // Words had come: what broke is the stream, whatever the connection calls it.
  if (received !== '' && failure.code === 'unavailable') return new ProviderFailure('cut', error)
  return failure
}

/** A promise that never resolves and rejects when the reader leaves. */
function whenItLeaves(signal: AbortSignal | undefined) {
  let leave = () => {}
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(new ProviderFailure('aborted'))
    if (signal?.aborted) leave()
    else signal?.addEventListener('abort', leave, { once: true })
  })
  return { left, forget: () => signal?.removeEventListener('abort', leave) }
}
