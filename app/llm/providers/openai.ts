import type OpenAI from 'openai'
import { models } from '#config/llm'
import type { ChatMessage, ToolCall } from '#app/llm/types'
import type { ModelProvider, ProviderCall, ProviderReply, ProviderUsage } from './provider.js'
import { failureOfSdk, ProviderFailure } from './provider_failure.js'
import { parseArguments } from './tool_arguments.js'

const OPENAI = 'https://api.openai.com/v1'

/**
 * OpenAI, or another server that speaks its protocol (`POST /chat/completions`, streamed:
 * https://platform.openai.com/docs/api-reference/chat-streaming). A server of one's own often
 * needs no key.
 */
export function openAiProvider(settings: {
  apiKey: string | null
  baseUrl: string | null
}): ModelProvider {
  const own = settings.baseUrl !== null
  let client: Promise<OpenAI> | null = null
  return {
    name: 'openai',
    address: settings.baseUrl ?? OPENAI,
    async call(call) {
      const sdk = await import('openai')
      client ??= Promise.resolve(
        new sdk.OpenAI({
          apiKey: settings.apiKey ?? 'none',
          baseURL: settings.baseUrl ?? OPENAI,
          maxRetries: 0,
        })
      )
      try {
        return await stream(await client, own, call)
      } catch (error) {
        if (call.signal.aborted) throw new ProviderFailure('aborted', error)
        throw failureOfSdk(error, sdk)
      }
    },
  }
}

async function stream(client: OpenAI, own: boolean, call: ProviderCall): Promise<ProviderReply> {
  const calls: { id: string; name: string; text: string }[] = []
  let finish: string | null = null
  let model = call.model
  let usage: ProviderUsage | null = null
  const chunks = await client.chat.completions.create(body(own, call), { signal: call.signal })
  for await (const chunk of chunks) {
    model = chunk.model || model
    const choice = chunk.choices[0]
    if (choice?.delta?.content) call.onDelta(choice.delta.content)
    for (const part of choice?.delta?.tool_calls ?? []) {
      call.onSign()
      const known = (calls[part.index] ??= { id: '', name: '', text: '' })
      if (part.id) known.id = part.id
      known.name += part.function?.name ?? ''
      known.text += part.function?.arguments ?? ''
    }
    if (choice?.finish_reason) finish = choice.finish_reason
    if (chunk.usage) usage = readUsage(chunk.usage)
  }
  // The client library ends its loop quietly when an abort arrives between two chunks.
  if (call.signal.aborted) throw new ProviderFailure('aborted')
  if (finish === null) throw new ProviderFailure('cut')
  const toolCalls = calls.map(({ id, name, text }): ToolCall => ({
    id,
    name,
    arguments: parseArguments(text),
  }))
  return { model, finish: toolCalls.length > 0 ? 'tools' : finishOf(finish), usage, toolCalls }
}

function finishOf(reason: string): ProviderReply['finish'] {
  if (reason === 'length') return 'length'
  return reason === 'stop' ? 'stop' : 'filtered'
}

function body(own: boolean, call: ProviderCall) {
  const traits = models[call.model]?.traits
  const limit = call.maxOutputTokens + (own ? 0 : (traits?.thinkingTokens ?? 0))
  const effort = own ? undefined : traits?.reasoningEffort
  const mayHaveTemperature =
    !traits ||
    traits.temperature === 'yes' ||
    (traits.temperature === 'without_reasoning' && effort === 'none')
  return {
    model: call.model,
    stream: true as const,
    stream_options: { include_usage: true },
    messages: [
      { role: 'system' as const, content: call.system },
      ...call.messages.map((message) => messageOf(message)),
    ],
    // Compatible servers know the older name of the limit only.
    ...(own ? { max_tokens: limit } : { max_completion_tokens: limit }),
    ...(effort ? { reasoning_effort: effort } : {}),
    ...(call.temperature !== undefined && mayHaveTemperature
      ? { temperature: call.temperature }
      : {}),
    ...(call.schema
      ? {
          response_format: {
            type: 'json_schema' as const,
            json_schema: { name: 'answer', strict: true, schema: call.schema },
          },
        }
      : {}),
    ...(call.tools?.length
      ? {
          tools: call.tools.map(({ name, description, parameters }) => ({
            type: 'function' as const,
            function: { name, description, parameters },
          })),
        }
      : {}),
  }
}

function messageOf(message: ChatMessage): OpenAI.Chat.ChatCompletionMessageParam {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: message.text }
    case 'tool':
      return { role: 'tool', content: message.text, tool_call_id: message.toolCallId }
    case 'assistant':
      return {
        role: 'assistant',
        content: message.text,
        ...(message.toolCalls?.length
          ? {
              tool_calls: message.toolCalls.map((call) => ({
                id: call.id,
                type: 'function' as const,
                function: { name: call.name, arguments: JSON.stringify(call.arguments) },
              })),
            }
          : {}),
      }
  }
}

/** `prompt_tokens` includes the cached ones. */
function readUsage(usage: OpenAI.CompletionUsage): ProviderUsage {
  return {
    promptTokens: usage.prompt_tokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    cacheWriteTokens: usage.prompt_tokens_details?.cache_write_tokens ?? 0,
    completionTokens: usage.completion_tokens,
  }
}
