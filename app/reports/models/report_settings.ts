import { BaseModel, column } from '@adonisjs/lucid/orm'
import type { DateTime } from 'luxon'

/** How a workspace's reports count. One row at most; none means the defaults. */
export default class ReportSettings extends BaseModel {
  static override table = 'report_settings'

  @column({ isPrimary: true })
  declare workspaceId: string

  @column({ consume: (value: string | null) => (value === null ? null : Number(value)) })
  declare grossMarginPercent: number | null

  @column({ consume: Number })
  declare usdRate: number

  @column.dateTime({ autoCreate: true, autoUpdate: true })
  declare updatedAt: DateTime
}
