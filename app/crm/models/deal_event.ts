import { column } from '@adonisjs/lucid/orm'
import type { DateTime } from 'luxon'
import { WorkspaceModel } from '#shared/models/workspace_model'

export type DealEventKind = 'created' | 'moved' | 'won' | 'lost' | 'reopened'

/** One step in the life of a deal. Written once; the database refuses changes. */
export default class DealEvent extends WorkspaceModel {
  @column()
  declare dealId: string

  @column()
  declare kind: DealEventKind

  @column()
  declare fromStageId: string | null

  @column()
  declare toStageId: string | null

  @column()
  declare amountCents: number | null

  @column()
  declare reason: string | null

  @column()
  declare actorKind: 'user' | 'api_key' | 'system'

  @column()
  declare actorId: string | null

  @column.dateTime()
  declare at: DateTime
}
