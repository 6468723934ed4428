import { column } from '@adonisjs/lucid/orm'
import type { DateTime } from 'luxon'
import { WorkspaceModel } from '#shared/models/workspace_model'

/** One file on its way in. Who may go on with it is decided by its row, not by its address. */
export default class QuantizationUpload extends WorkspaceModel {
  static override table = 'quantization_uploads'

  /** Place below the model's folder, checked: no way leads out of it. */
  @column()
  declare name: string

  /** Null while the sender has not said how long the file is. */
  @column()
  declare bytes: number | null

  @column.dateTime()
  declare receivedAt: DateTime | null

  @column()
  declare modelId: string | null

  @column()
  declare createdBy: string | null

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @column.dateTime()
  declare expiresAt: DateTime
}
