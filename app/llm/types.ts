import type { RequestClass } from '#wallet'
import type { Result } from '#shared/result'

export type { RequestClass }

/** A JSON Schema (draft 2020-12 or older), as providers take them. */
export type JsonSchema = Record<string, unknown>

export interface ToolCall {
  id: string
  name: string
  /** Parsed and checked against the tool's schema. */
  arguments: unknown
}

/** One turn. A tool's result names the call that it answers. */
export type ChatMessage =
  | { role: 'user'; text: string }
  | { role: 'assistant'; text: string; toolCalls?: ToolCall[] }
  | { role: 'tool'; text: string; toolCallId: string }

/** Something that the model may ask for; the caller carries it out with its user's rights. */
export interface ToolDefinition {
  name: string
  description: string
  parameters: JsonSchema
}

/** Who asked: kept in the call log, never sent to the provider. */
export interface CallActor {
  kind: 'user' | 'api_key' | 'visitor' | 'system'
  id?: string
}

export interface ModelRequest {
  workspaceId: string
  /** What the call is for, `<room>.<purpose>`, e.g. `sales_agent.answer`. */
  purpose: string
  class: RequestClass | 'decide'
  system: string
  messages: ChatMessage[]
  /** In tokens; default by class (config/llm.ts). */
  maxOutputTokens?: number
  /** 0 to 2; left out for models that refuse it. */
  temperature?: number
  /** The answer is JSON of this shape, parsed in `value`; it arrives in one piece. */
  schema?: JsonSchema
  tools?: ToolDefinition[]
  /** Longest time for the whole call in milliseconds; at most the one of the class. */
  deadlineMs?: number
  /**
   * `short` (default): an identical request within five minutes is free. `faq`: kept for a day,
   * for answers about the shop itself. `never`: always a call.
   */
  keep?: 'short' | 'faq' | 'never'
  /** State of what the answer rests on and the prompt does not hold, e.g. a catalogue's version. */
  knowledgeVersion?: string
  /** Fires when the reader has left: the call stops and what was produced is settled. */
  signal?: AbortSignal
  /** The thing that the call belongs to, for the log and the wallet. */
  reference?: { type: string; id: string }
  actor?: CallActor
}

export interface StreamRequest extends ModelRequest {
  /** Called with each piece of the answer, originals already put back. */
  onToken?: (text: string) => void
  /**
   * Asked once, when the answer has ended (also when the caller's signal ended it) and before
   * anything is charged: an answer that the caller cannot use costs nothing.
   */
  accept?: (text: string) => boolean
}

export interface TokenUsage {
  /** All of the prompt, with the part that the provider had cached or writes to its cache. */
  promptTokens: number
  completionTokens: number
  /** `reported` by the provider, or `estimated` here when a stream was cut before its report. */
  source: 'reported' | 'estimated'
}

export interface ModelAnswer {
  text: string
  /** The parsed answer when a schema was asked for. */
  value?: unknown
  toolCalls: ToolCall[]
  class: RequestClass
  priceMicros: number
  usage: TokenUsage
  model: string
  callId: string
  cached: boolean
  /** The caller's signal fired: `text` is what had arrived until then. */
  cut: boolean
  /** One of the free requests of the first use: the wallet was not asked. */
  free: boolean
}

export type ModelFailure =
  | { reason: 'insufficient_credit'; availableMicros: number }
  | { reason: 'no_provider' }
  | { reason: 'rate_limited'; limit: FairUseLimit; retryAfterSeconds: number }
  | { reason: 'provider_failed'; code: ProviderFailureCode; callId: string }

export type ModelResult = Result<ModelAnswer, ModelFailure>

/** What a plan limits. */
export type FairUseLimit = 'requests' | 'tokens' | 'streams'

/** Why a provider did not answer; stable, shown to people through `llm.failure.<code>`. */
export type ProviderFailureCode =
  | 'aborted'
  | 'bad_request'
  | 'busy'
  | 'cut'
  | 'invalid_output'
  | 'lost'
  | 'model_not_found'
  | 'rate_limited'
  | 'refused_key'
  | 'rejected'
  | 'timeout'
  | 'unavailable'
