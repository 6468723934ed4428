import { column } from '@adonisjs/lucid/orm'
import type { DateTime } from 'luxon'
import { WorkspaceModel } from '#shared/models/workspace_model'
import type { SpokenLocale } from '#app/sales_agent/conversations/types'

/** How a workspace's agent presents itself, and where its widget may stand. */
export default class AgentSettings extends WorkspaceModel {
  static override table = 'agent_settings'

  @column()
  declare name: string

  /** The owner's own words per language; a language that is absent has the default greeting. */
  @column({ prepare: (value: unknown) => JSON.stringify(value) })
  declare greetings: Partial<Record<SpokenLocale, string>>

  /** Public key that stands in the snippet. */
  @column()
  declare widgetKey: string

  /** Origins such as `https://shop.example`; empty means any, with a warning in the settings. */
  @column()
  declare allowedOrigins: string[]

  @column()
  declare colour: string

  @column()
  declare branding: boolean

  @column()
  declare asksForContact: boolean

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @column.dateTime({ autoCreate: true, autoUpdate: true })
  declare updatedAt: DateTime
}
