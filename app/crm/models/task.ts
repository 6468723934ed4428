import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import type { DateTime } from 'luxon'
import { User } from '#accounts'
import { WorkspaceModel } from '#shared/models/workspace_model'
import Deal from '#app/crm/models/deal'
import Prospect from '#app/crm/models/prospect'

/** Something that somebody has to do, alone or about a deal or a prospect. */
export default class Task extends WorkspaceModel {
  @column()
  declare title: string

  @column.date()
  declare dueOn: DateTime | null

  @column()
  declare assigneeId: string | null

  @column.dateTime()
  declare doneAt: DateTime | null

  @column()
  declare dealId: string | null

  @column()
  declare prospectId: string | null

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @column.dateTime({ autoCreate: true, autoUpdate: true })
  declare updatedAt: DateTime

  @belongsTo(() => User, { foreignKey: 'assigneeId' })
  declare assignee: BelongsTo<typeof User>

  @belongsTo(() => Deal)
  declare deal: BelongsTo<typeof Deal>

  @belongsTo(() => Prospect)
  declare prospect: BelongsTo<typeof Prospect>
}
