import { column } from '@adonisjs/lucid/orm'
import type { DateTime } from 'luxon'
import { WorkspaceModel } from '#shared/models/workspace_model'

/** An organisation that prospects work for. Its name is unique in a workspace, without case. */
export default class Company extends WorkspaceModel {
  @column()
  declare name: string

  @column()
  declare website: string | null

  @column()
  declare country: string | null

  @column()
  declare importId: string | null

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @column.dateTime({ autoCreate: true, autoUpdate: true })
  declare updatedAt: DateTime
}
