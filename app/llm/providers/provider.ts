import type { ChatMessage, JsonSchema, ToolCall, ToolDefinition } from '#app/llm/types'

export const PROVIDERS = ['openai', 'anthropic', 'local'] as const
export type ProviderName = (typeof PROVIDERS)[number]

/** One attempt at one model. Everything personal in it has been replaced already. */
export interface ProviderCall {
  /** Whose call it is: what a model on the box keeps of a prompt is for them only. */
  partition: string
  model: string
  system: string
  messages: ChatMessage[]
  maxOutputTokens: number
  temperature?: number
  schema?: JsonSchema
  tools?: ToolDefinition[]
  /** Ends the call at once. */
  signal: AbortSignal
  /** Words for the reader. */
  onDelta: (text: string) => void
  /** The model is at work without words yet: it thinks or prepares a tool call. */
  onSign: () => void
}

/** Tokens as a provider reports them; the prompt includes what its cache held or takes. */
export interface ProviderUsage {
  promptTokens: number
  cachedTokens: number
  cacheWriteTokens: number
  completionTokens: number
}

export interface ProviderReply {
  /** The model that the provider says it used. */
  model: string
  finish: 'stop' | 'length' | 'filtered' | 'tools'
  /** Absent when the server does not report usage. */
  usage: ProviderUsage | null
  toolCalls: ToolCall[]
}

export interface ModelProvider {
  name: ProviderName
  /** Where it is, for the breaker's key and the page; null is the box itself. */
  address: string | null
  /** Streams one answer. @throws ProviderFailure */
  call(call: ProviderCall): Promise<ProviderReply>
}
