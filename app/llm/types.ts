import type { RequestClass } from '#wallet'
import type { Result } from '#shared/result'

export type { RequestClass }

export interface ChatMessage {
  role: 'user' | 'assistant'
  text: string
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
  promptTokens: number
  completionTokens: number
  /** `reported` by the provider, or `estimated` here when a stream was cut before its report. */
  source: 'reported' | 'estimated'
}

export interface ModelAnswer {
  text: string
  class: RequestClass
  priceMicros: number
  usage: TokenUsage
  model: string
  callId: string
  cached: boolean
  /** The caller's signal fired: `text` is what had arrived until then. */
  cut: boolean
}

export type ModelFailure =
  | { reason: 'insufficient_credit'; availableMicros: number }
  | { reason: 'no_provider' }
  | { reason: 'provider_failed'; code: ProviderFailureCode; callId: string }

export type ModelResult = Result<ModelAnswer, ModelFailure>

/** Why a provider did not answer; stable, shown to people through `llm.failure.<code>`. */
export type ProviderFailureCode =
  | 'aborted'
  | 'bad_request'
  | 'cut'
  | 'model_not_found'
  | 'rate_limited'
  | 'refused_key'
  | 'rejected'
  | 'timeout'
  | 'unavailable'
