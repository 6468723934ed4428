import { column } from '@adonisjs/lucid/orm'
import type { DateTime } from 'luxon'
import { WorkspaceModel } from '#shared/models/workspace_model'
import type { CallActor, ProviderFailureCode, RequestClass, TokenUsage } from '#app/llm/types'

export type CallOutcome = 'answered' | 'cached' | 'cut' | 'failed'

/** One model call: who, what for, which model, what it cost. Never the words themselves. */
export default class LlmCall extends WorkspaceModel {
  static override table = 'llm_calls'

  @column()
  declare purpose: string

  @column()
  declare referenceType: string | null

  @column()
  declare referenceId: string | null

  @column()
  declare actorKind: CallActor['kind']

  @column()
  declare actorId: string | null

  @column()
  declare class: RequestClass

  /** The class that was asked for when spending was above the hourly ceiling. */
  @column()
  declare degradedFrom: RequestClass | null

  @column()
  declare provider: string

  @column()
  declare model: string

  @column()
  declare outcome: CallOutcome

  @column()
  declare failureCode: ProviderFailureCode | null

  @column()
  declare attempts: number

  @column()
  declare promptTokens: number

  @column()
  declare completionTokens: number

  @column()
  declare usageSource: TokenUsage['source']

  /** What the provider takes for the call, in nano-USD; null when its price is not known. */
  @column()
  declare providerCostNano: number | null

  /** What the workspace paid, in micro-USD. */
  @column()
  declare priceMicros: number

  /** One of the free requests of the first use. */
  @column()
  declare free: boolean

  @column()
  declare holdId: string | null

  @column()
  declare firstTokenMs: number | null

  @column()
  declare latencyMs: number

  @column()
  declare maskedCounts: Record<string, number>

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime
}
