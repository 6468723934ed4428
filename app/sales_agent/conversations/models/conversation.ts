import { column } from '@adonisjs/lucid/orm'
import type { DateTime } from 'luxon'
import { WorkspaceModel } from '#shared/models/workspace_model'
import type {
  Channel,
  ConversationStatus,
  SpokenLocale,
} from '#app/sales_agent/conversations/types'

/** One exchange with one visitor. */
export default class Conversation extends WorkspaceModel {
  @column()
  declare channel: Channel

  @column()
  declare locale: SpokenLocale

  @column()
  declare status: ConversationStatus

  @column()
  declare visitorId: string | null

  @column()
  declare visitorName: string | null

  @column()
  declare visitorEmail: string | null

  @column()
  declare visitorPhone: string | null

  @column()
  declare prospectId: string | null

  @column()
  declare dealId: string | null

  /** Beginning of the visitor's first message. */
  @column()
  declare subject: string | null

  @column()
  declare visitorMessages: number

  /** Price of its model calls so far, in micro-USD. */
  @column()
  declare costMicros: number

  /** What became of its unit of the `conversation` quota; `uncovered` when none was left. */
  @column()
  declare unitState: 'none' | 'held' | 'captured' | 'uncovered'

  @column()
  declare unitHoldId: string | null

  @column.dateTime()
  declare firstMessageAt: DateTime | null

  @column.dateTime()
  declare lastMessageAt: DateTime | null

  @column.dateTime()
  declare leadAt: DateTime | null

  @column.dateTime()
  declare handoffAt: DateTime | null

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @column.dateTime({ autoCreate: true, autoUpdate: true })
  declare updatedAt: DateTime
}
