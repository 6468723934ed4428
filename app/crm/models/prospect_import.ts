import { column } from '@adonisjs/lucid/orm'
import type { DateTime } from 'luxon'
import { WorkspaceModel } from '#shared/models/workspace_model'
import type { ColumnMapping } from '#app/crm/imports/fields'

export type ImportStatus = 'uploaded' | 'running' | 'done' | 'failed' | 'undone'

const json = { prepare: (value: unknown) => (value === null ? null : JSON.stringify(value)) }

/** One file of prospects: what was in it, what it did, and whether it was taken back. */
export default class ProspectImport extends WorkspaceModel {
  @column()
  declare fileName: string

  @column()
  declare status: ImportStatus

  /** The file (gzip) while it waits to be run; read on purpose only. */
  @column({ serializeAs: null })
  declare content: Buffer | null

  @column()
  declare encoding: string | null

  @column()
  declare delimiter: string | null

  @column(json)
  declare headers: string[]

  @column(json)
  declare mapping: ColumnMapping

  /** Rows read so far. */
  @column()
  declare rowCount: number

  @column()
  declare createdCount: number

  @column()
  declare updatedCount: number

  @column()
  declare unchangedCount: number

  @column()
  declare duplicateCount: number

  @column()
  declare rejectedCount: number

  /** Why it failed: a key of `crm.import.failure.*`. */
  @column()
  declare failure: string | null

  @column(json)
  declare undoResult: { removed: number; restored: number; kept: number } | null

  @column()
  declare actorId: string | null

  @column.dateTime()
  declare finishedAt: DateTime | null

  @column.dateTime()
  declare undoneAt: DateTime | null

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @column.dateTime({ autoCreate: true, autoUpdate: true })
  declare updatedAt: DateTime
}
