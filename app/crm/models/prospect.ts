import { belongsTo, column, hasMany } from '@adonisjs/lucid/orm'
import type { BelongsTo, HasMany } from '@adonisjs/lucid/types/relations'
import type { DateTime } from 'luxon'
import { WorkspaceModel } from '#shared/models/workspace_model'
import Company from '#app/crm/models/company'
import Deal from '#app/crm/models/deal'
import type { ScoreReason, ScoreSignals } from '#app/crm/services/score_prospect'

export const CONSENT_STATUSES = ['unknown', 'given', 'refused', 'withdrawn'] as const
export const CONSENT_BASES = ['consent', 'contract', 'legitimate_interest'] as const

export type ConsentStatus = (typeof CONSENT_STATUSES)[number]
export type ConsentBasis = (typeof CONSENT_BASES)[number]

const json = { prepare: (value: unknown) => JSON.stringify(value) }

/** A person who may buy, or has bought. */
export default class Prospect extends WorkspaceModel {
  @column()
  declare companyId: string | null

  /** Full name as shown. */
  @column()
  declare name: string | null

  @column()
  declare firstName: string | null

  @column()
  declare lastName: string | null

  @column()
  declare email: string | null

  /** E.164, e.g. `+33612345678`. */
  @column()
  declare phone: string | null

  /** Copy of the company's name: lists and search need it on every row. */
  @column()
  declare companyName: string | null

  @column()
  declare jobTitle: string | null

  @column()
  declare city: string | null

  /** ISO 3166-1 alpha-2. */
  @column()
  declare country: string | null

  @column()
  declare locale: string

  /** Where they came from: `agent`, `import`, `manual`, `api`, or a free word. */
  @column()
  declare source: string

  @column()
  declare consentStatus: ConsentStatus

  @column()
  declare consentBasis: ConsentBasis | null

  @column.dateTime()
  declare consentAt: DateTime | null

  /** How consent was given, in words: the proof that article 7 of the GDPR asks for. */
  @column()
  declare consentSource: string | null

  @column()
  declare tags: string[]

  @column(json)
  declare custom: Record<string, string>

  @column(json)
  declare signals: ScoreSignals

  /** Messages that the person has written to us. */
  @column()
  declare messageCount: number

  /** 0 to 100. */
  @column()
  declare score: number

  @column(json)
  declare scoreReasons: ScoreReason[]

  @column()
  declare importId: string | null

  @column.dateTime()
  declare lastActivityAt: DateTime

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @column.dateTime({ autoCreate: true, autoUpdate: true })
  declare updatedAt: DateTime

  @belongsTo(() => Company)
  declare company: BelongsTo<typeof Company>

  @hasMany(() => Deal)
  declare deals: HasMany<typeof Deal>

  /** What to call them when there is no name. */
  get displayName(): string {
    return this.name ?? this.email ?? this.phone ?? '?'
  }
}
