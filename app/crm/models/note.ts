import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import type { DateTime } from 'luxon'
import { User } from '#accounts'
import { WorkspaceModel } from '#shared/models/workspace_model'

/** What somebody wrote down about a deal or a prospect. */
export default class Note extends WorkspaceModel {
  @column()
  declare body: string

  @column()
  declare authorId: string | null

  @column()
  declare dealId: string | null

  @column()
  declare prospectId: string | null

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @belongsTo(() => User, { foreignKey: 'authorId' })
  declare author: BelongsTo<typeof User>
}
