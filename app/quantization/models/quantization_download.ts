import { column } from '@adonisjs/lucid/orm'
import type { DateTime } from 'luxon'
import { WorkspaceModel } from '#shared/models/workspace_model'

/** Leave to fetch the files of one job by a link, until it expires or is taken back. */
export default class QuantizationDownload extends WorkspaceModel {
  static override table = 'quantization_downloads'

  @column()
  declare jobId: string

  @column()
  declare createdBy: string | null

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @column.dateTime()
  declare expiresAt: DateTime

  @column.dateTime()
  declare revokedAt: DateTime | null

  @column.dateTime()
  declare usedAt: DateTime | null
}
