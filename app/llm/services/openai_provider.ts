import OpenAI from 'openai'
import { limits } from '#config/llm'
import { priceOfModel, type ProviderSettings } from './active_provider.js'
import { ProviderFailure } from './provider_failure.js'
import type { ChatMessage } from '#app/llm/types'

export interface ProviderCall {
  model: string
  system: string
  messages: ChatMessage[]
  maxOutputTokens: number
  /** Ends the call: the caller left or the total time is over. */
  signal: AbortSignal
  onDelta: (text: string) => void
}

export interface ProviderAnswer {
  /** The model that the provider says it used. */
  model: string
  /** False when the answer stopped at its length limit or was filtered. */
  complete: boolean
  /** Absent when the server does not report usage. */
  usage: { promptTokens: number; cachedTokens: number; completionTokens: number } | null
}

/**
 * One streamed attempt at an OpenAI-compatible server (`POST /chat/completions`).
 *
 * @throws ProviderFailure
 */
export async function callOpenAi(
  settings: ProviderSettings,
  call: ProviderCall
): Promise<ProviderAnswer> {
  const firstToken = new AbortController()
  const timer = setTimeout(() => firstToken.abort(), limits.firstTokenMs)
  const signal = AbortSignal.any([call.signal, firstToken.signal])
  let finish: string | null = null
  let model = call.model
  let usage: ProviderAnswer['usage'] = null
  try {
    const stream = await client(settings).chat.completions.create(body(settings, call), { signal })
    for await (const chunk of stream) {
      model = chunk.model || model
      const choice = chunk.choices[0]
      if (choice?.delta?.content) {
        clearTimeout(timer)
        call.onDelta(choice.delta.content)
      }
      if (choice?.finish_reason) finish = choice.finish_reason
      if (chunk.usage) usage = readUsage(chunk.usage)
    }
  } catch (error) {
    if (firstToken.signal.aborted) throw new ProviderFailure('timeout', error)
    if (call.signal.aborted) throw new ProviderFailure('aborted', error)
    throw ProviderFailure.from(error)
  } finally {
    clearTimeout(timer)
  }
  // The client library ends its loop quietly when an abort arrives between two chunks.
  if (firstToken.signal.aborted) throw new ProviderFailure('timeout')
  if (call.signal.aborted) throw new ProviderFailure('aborted')
  if (finish === null) throw new ProviderFailure('cut')
  return { model, complete: finish === 'stop', usage }
}

function body(settings: ProviderSettings, call: ProviderCall) {
  const effort = priceOfModel(call.model)?.reasoningEffort
  return {
    model: call.model,
    stream: true as const,
    stream_options: { include_usage: true },
    messages: [
      { role: 'system' as const, content: call.system },
      ...call.messages.map(({ role, text }) => ({ role, content: text })),
    ],
    // Compatible servers know the older name of the limit only.
    ...(settings.baseUrl
      ? { max_tokens: call.maxOutputTokens }
      : { max_completion_tokens: call.maxOutputTokens }),
    ...(!settings.baseUrl && effort ? { reasoning_effort: effort } : {}),
  }
}

function readUsage(usage: OpenAI.CompletionUsage): ProviderAnswer['usage'] {
  return {
    promptTokens: usage.prompt_tokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    completionTokens: usage.completion_tokens,
  }
}

let current: { key: string; client: OpenAI } | null = null

/** One client per address and key, so that its connections are kept open between calls. */
function client(settings: ProviderSettings): OpenAI {
  const key = `${settings.baseUrl} ${settings.apiKey}`
  if (current?.key !== key) {
    const options = {
      apiKey: settings.apiKey ?? 'none',
      baseURL: settings.baseUrl ?? 'https://api.openai.com/v1',
      maxRetries: 0,
      timeout: limits.totalMs,
    }
    current = { key, client: new OpenAI(options) }
  }
  return current.client
}
