import type { ChatMessage, JsonSchema, ToolCall, ToolDefinition } from '#app/llm/types'

/**
 * What the application and the process of the box's own model say to each other, over Node's IPC
 * channel. Both ends are this repository's code; nobody else can write to the channel.
 */
export interface LoadOrder {
  path: string
  sequences: number
  /** Most tokens of context per request. */
  contextTokens: number
  /** `auto`, `cpu`, `cuda`, `vulkan`, `metal`. */
  backend: string
}

export interface GenerateOrder {
  id: string
  /** Requests of one partition may reuse each other's evaluated prompt; others never do. */
  partition: string
  system: string
  messages: ChatMessage[]
  maxOutputTokens: number
  temperature?: number
  schema?: JsonSchema
  tools?: ToolDefinition[]
}

export type ToModel =
  | { type: 'load'; order: LoadOrder }
  | { type: 'generate'; order: GenerateOrder }
  | { type: 'cancel'; id: string }
  | { type: 'ping' }

export interface Generated {
  finish: 'stop' | 'length' | 'tools'
  promptTokens: number
  completionTokens: number
  toolCalls: ToolCall[]
}

export type FromModel =
  | { type: 'loaded'; contextTokens: number; backend: string }
  | { type: 'load_failed'; message: string }
  | { type: 'delta'; id: string; text: string }
  | { type: 'done'; id: string; generated: Generated }
  | { type: 'failed'; id: string; reason: 'bad_request' | 'unavailable'; message: string }
  | { type: 'pong'; memoryBytes: number }
