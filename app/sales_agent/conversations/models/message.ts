import { column } from '@adonisjs/lucid/orm'
import type { DateTime } from 'luxon'
import { WorkspaceModel } from '#shared/models/workspace_model'
import type { Engine, ProductCard, Source } from '#app/sales_agent/conversations/types'

/** One message of a conversation. */
export default class Message extends WorkspaceModel {
  @column()
  declare conversationId: string

  @column()
  declare role: 'visitor' | 'agent' | 'human' | 'system'

  @column()
  declare kind: string | null

  @column()
  declare text: string

  /** Cards as the visitor saw them: later price changes do not rewrite the past. */
  @column({ prepare: (value: unknown) => JSON.stringify(value) })
  declare products: ProductCard[]

  @column({ prepare: (value: unknown) => JSON.stringify(value) })
  declare sources: Source[]

  @column()
  declare costMicros: number

  @column()
  declare class: string | null

  @column()
  declare engine: Engine | null

  @column()
  declare firstWordMs: number | null

  @column()
  declare latencyMs: number | null

  @column()
  declare replyTo: string | null

  @column()
  declare authorId: string | null

  @column()
  declare idempotencyKey: string | null

  @column()
  declare state: 'pending' | 'answered' | 'human' | null

  @column.dateTime()
  declare claimedUntil: DateTime | null

  @column.dateTime()
  declare createdAt: DateTime
}
