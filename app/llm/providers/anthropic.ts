import type Anthropic from '@anthropic-ai/sdk'
import { models } from '#config/llm'
import type { ChatMessage, ToolCall } from '#app/llm/types'
import type { ModelProvider, ProviderCall, ProviderReply, ProviderUsage } from './provider.js'
import { failureOfSdk, ProviderFailure } from './provider_failure.js'
import { parseArguments } from './tool_arguments.js'

const ANTHROPIC = 'https://api.anthropic.com'

/**
 * Anthropic's Messages API, streamed (https://platform.claude.com/docs/en/api/messages-streaming).
 */
export function anthropicProvider(settings: {
  apiKey: string | null
  baseUrl: string | null
}): ModelProvider {
  let client: Promise<Anthropic> | null = null
  return {
    name: 'anthropic',
    address: settings.baseUrl ?? ANTHROPIC,
    async call(call) {
      const sdk = await import('@anthropic-ai/sdk')
      client ??= Promise.resolve(
        new sdk.Anthropic({
          apiKey: settings.apiKey ?? 'none',
          baseURL: settings.baseUrl ?? ANTHROPIC,
          maxRetries: 0,
        })
      )
      try {
        return await stream(await client, call)
      } catch (error) {
        if (call.signal.aborted) throw new ProviderFailure('aborted', error)
        throw failureOfSdk(error, sdk)
      }
    },
  }
}

async function stream(client: Anthropic, call: ProviderCall): Promise<ProviderReply> {
  const calls = new Map<number, { id: string; name: string; text: string }>()
  let stop: Anthropic.StopReason | null = null
  let ended = false
  let model = call.model
  let usage: ProviderUsage | null = null
  const events = await client.messages.create(body(call), { signal: call.signal })
  for await (const event of events) {
    switch (event.type) {
      case 'message_start':
        model = event.message.model || model
        // The output here is a placeholder: the count comes with `message_delta`.
        usage = { ...promptOf(event.message.usage), completionTokens: 0 }
        break
      case 'content_block_start':
        if (event.content_block.type === 'tool_use') {
          const { id, name } = event.content_block
          calls.set(event.index, { id, name, text: '' })
        }
        call.onSign()
        break
      case 'content_block_delta':
        if (event.delta.type === 'text_delta') call.onDelta(event.delta.text)
        else if (event.delta.type === 'input_json_delta') {
          calls.get(event.index)!.text += event.delta.partial_json
        }
        call.onSign()
        break
      case 'message_delta':
        stop = event.delta.stop_reason ?? stop
        // Cumulative: the last one counts.
        if (usage) usage.completionTokens = event.usage.output_tokens
        break
      case 'message_stop':
        ended = true
    }
  }
  // The client library ends its loop quietly when an abort arrives between two events.
  if (call.signal.aborted) throw new ProviderFailure('aborted')
  if (!ended || stop === null) throw new ProviderFailure('cut')
  const toolCalls = [...calls.values()].map(({ id, name, text }): ToolCall => ({
    id,
    name,
    arguments: parseArguments(text),
  }))
  return { model, finish: toolCalls.length > 0 ? 'tools' : finishOf(stop), usage, toolCalls }
}

function finishOf(stop: Anthropic.StopReason): ProviderReply['finish'] {
  if (stop === 'end_turn' || stop === 'stop_sequence') return 'stop'
  return stop === 'refusal' ? 'filtered' : 'length'
}

/** Anthropic counts cache reads and writes beside `input_tokens`, not inside. */
function promptOf(usage: Anthropic.Usage) {
  const cachedTokens = usage.cache_read_input_tokens ?? 0
  const cacheWriteTokens = usage.cache_creation_input_tokens ?? 0
  return {
    promptTokens: usage.input_tokens + cachedTokens + cacheWriteTokens,
    cachedTokens,
    cacheWriteTokens,
  }
}

function body(call: ProviderCall) {
  const traits = models[call.model]?.traits
  return {
    model: call.model,
    stream: true as const,
    max_tokens: call.maxOutputTokens + (traits?.thinkingTokens ?? 0),
    system: call.system,
    messages: turns(call.messages),
    // The API knows 0 to 1.
    ...(call.temperature !== undefined && traits?.temperature === 'yes'
      ? { temperature: Math.min(1, call.temperature) }
      : {}),
    ...(call.schema
      ? { output_config: { format: { type: 'json_schema' as const, schema: call.schema } } }
      : {}),
    ...(call.tools?.length
      ? {
          tools: call.tools.map(({ name, description, parameters }) => ({
            name,
            description,
            input_schema: { type: 'object' as const, ...parameters },
          })),
        }
      : {}),
  }
}

/** Results of tools are part of the user's turn, several of them of one. */
function turns(messages: ChatMessage[]): Anthropic.MessageParam[] {
  const made: Anthropic.MessageParam[] = []
  for (const message of messages) {
    if (message.role !== 'tool') {
      made.push(turnOf(message))
      continue
    }
    const result = {
      type: 'tool_result' as const,
      tool_use_id: message.toolCallId,
      content: message.text,
    }
    const last = made.at(-1)
    if (last?.role === 'user' && Array.isArray(last.content)) last.content.push(result)
    else made.push({ role: 'user', content: [result] })
  }
  return made
}

function turnOf(message: Exclude<ChatMessage, { role: 'tool' }>): Anthropic.MessageParam {
  if (message.role === 'user' || !message.toolCalls?.length) {
    return { role: message.role, content: message.text }
  }
  return {
    role: 'assistant',
    content: [
      ...(message.text ? [{ type: 'text' as const, text: message.text }] : []),
      ...message.toolCalls.map((call) => ({
        type: 'tool_use' as const,
        id: call.id,
        name: call.name,
        input: call.arguments,
      })),
    ],
  }
}
