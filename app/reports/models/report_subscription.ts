import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import type { DateTime } from 'luxon'
import { User } from '#accounts'
import { WorkspaceModel } from '#shared/models/workspace_model'

/** A member who receives the weekly report. */
export default class ReportSubscription extends WorkspaceModel {
  @column()
  declare userId: string

  /** Null: the language of the person's account. */
  @column()
  declare locale: string | null

  @column.dateTime()
  declare confirmedAt: DateTime | null

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @belongsTo(() => User)
  declare user: BelongsTo<typeof User>
}
