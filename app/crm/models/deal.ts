import { belongsTo, column, hasMany } from '@adonisjs/lucid/orm'
import type { BelongsTo, HasMany } from '@adonisjs/lucid/types/relations'
import type { DateTime } from 'luxon'
import { WorkspaceModel } from '#shared/models/workspace_model'
import Company from '#app/crm/models/company'
import DealEvent from '#app/crm/models/deal_event'
import Prospect from '#app/crm/models/prospect'
import Stage from '#app/crm/models/stage'

export type DealStatus = 'open' | 'won' | 'lost'

/** A sale in the making. */
export default class Deal extends WorkspaceModel {
  @column()
  declare title: string

  @column()
  declare prospectId: string | null

  @column()
  declare companyId: string | null

  @column()
  declare stageId: string

  @column()
  declare status: DealStatus

  @column()
  declare amountCents: number | null

  @column()
  declare currency: string

  /** Percent set by a person; null means the stage's own. */
  @column()
  declare probability: number | null

  @column()
  declare source: string

  /** What they want, in their words. */
  @column()
  declare interest: string | null

  /** The conversation that it came from: attribution of its revenue. */
  @column()
  declare conversationId: string | null

  @column()
  declare ownerId: string | null

  @column.date()
  declare expectedClose: DateTime | null

  /** Order in its column, largest first. */
  @column()
  declare position: number

  @column.dateTime()
  declare enteredStageAt: DateTime

  @column.dateTime()
  declare wonAt: DateTime | null

  @column.dateTime()
  declare lostAt: DateTime | null

  /** A key of LOST_REASONS or free text. */
  @column()
  declare lostReason: string | null

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @column.dateTime({ autoCreate: true, autoUpdate: true })
  declare updatedAt: DateTime

  @belongsTo(() => Prospect)
  declare prospect: BelongsTo<typeof Prospect>

  @belongsTo(() => Company)
  declare company: BelongsTo<typeof Company>

  @belongsTo(() => Stage)
  declare stage: BelongsTo<typeof Stage>

  @hasMany(() => DealEvent)
  declare events: HasMany<typeof DealEvent>
}
