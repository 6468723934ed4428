import { DbAccessTokensProvider } from '@adonisjs/auth/access_tokens'
import { BaseModel, column } from '@adonisjs/lucid/orm'
import type { DateTime } from 'luxon'

/** Lets secret scanners recognise a key of this product. */
export const API_KEY_PREFIX = 'cpt_'

/** One business on the box: the wall around all of its data. */
export default class Workspace extends BaseModel {
  static apiKeys = DbAccessTokensProvider.forModel(Workspace, {
    table: 'api_keys',
    prefix: API_KEY_PREFIX,
    type: 'api_key',
  })

  @column({ isPrimary: true })
  declare id: string

  @column()
  declare name: string

  @column()
  declare slug: string

  @column()
  declare locale: string

  @column()
  declare timezone: string

  @column()
  declare currency: string

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @column.dateTime({ autoCreate: true, autoUpdate: true })
  declare updatedAt: DateTime
}
