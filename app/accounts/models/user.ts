import hash from '@adonisjs/core/services/hash'
import { compose } from '@adonisjs/core/helpers'
import { withAuthFinder } from '@adonisjs/auth/mixins/lucid'
import { BaseModel, column, hasMany } from '@adonisjs/lucid/orm'
import type { HasMany } from '@adonisjs/lucid/types/relations'
import type { DateTime } from 'luxon'
import Membership from '#app/accounts/models/membership'

const AuthFinder = withAuthFinder(() => hash.use('argon'), {
  uids: ['email'],
  passwordColumnName: 'password',
})

/** A person who signs in. What they may do depends on their membership of a workspace. */
export default class User extends compose(BaseModel, AuthFinder) {
  @column({ isPrimary: true })
  declare id: string

  @column()
  declare email: string

  /** Argon2id hash; null for people who only ever signed in with Google. */
  @column({ serializeAs: null })
  declare password: string | null

  @column()
  declare fullName: string | null

  @column()
  declare locale: string

  @column()
  declare googleId: string | null

  @column.dateTime()
  declare emailVerifiedAt: DateTime | null

  /** Sessions opened under a lower version are signed out. */
  @column()
  declare sessionVersion: number

  /** Looks after the box; the database makes the first account one. Never taken from a form. */
  @column()
  declare isOperator: boolean

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @column.dateTime({ autoCreate: true, autoUpdate: true })
  declare updatedAt: DateTime

  @hasMany(() => Membership)
  declare memberships: HasMany<typeof Membership>

  get displayName(): string {
    return this.fullName ?? this.email.split('@')[0] ?? this.email
  }
}
