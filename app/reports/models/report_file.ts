import { column } from '@adonisjs/lucid/orm'
import type { DateTime } from 'luxon'
import { WorkspaceModel } from '#shared/models/workspace_model'

/** Copy of a report as it was sent. */
export default class ReportFile extends WorkspaceModel {
  @column()
  declare mailingId: string

  @column()
  declare week: string

  @column()
  declare locale: string

  @column()
  declare sizeBytes: number

  @column()
  declare summary: string

  @column({ serializeAs: null })
  declare pdf: Buffer

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime
}
