import { column } from '@adonisjs/lucid/orm'
import type { DateTime } from 'luxon'
import type { Failure, Inspection } from '#gpu/protocol'
import { WorkspaceModel } from '#shared/models/workspace_model'
import { json } from '#app/quantization/models/json_column'

/** `fetching` comes from elsewhere, `reading` is inspected, `refused` says why in `failure`. */
export const MODEL_STATES = ['fetching', 'reading', 'ready', 'refused'] as const
export type ModelState = (typeof MODEL_STATES)[number]

export type ModelOrigin = 'upload' | 'path' | 'hub'

/** A model that somebody wants smaller: its files and what is known of it. */
export default class QuantizationModel extends WorkspaceModel {
  static override table = 'quantization_models'

  @column()
  declare name: string

  @column()
  declare state: ModelState

  @column()
  declare origin: ModelOrigin

  /** Path on the box or name of the repository, for models that were not uploaded. */
  @column()
  declare location: string | null

  /** The file below the model's folder that stands for it; '' is the folder itself. */
  @column()
  declare entry: string | null

  @column()
  declare bytes: number

  @column()
  declare format: string | null

  @column()
  declare architecture: string | null

  @column()
  declare parameters: number | null

  @column(json)
  declare inspection: Inspection | null

  @column(json)
  declare failure: Failure | null

  /** How much of a model from elsewhere has arrived, 0 to 1. */
  @column()
  declare progress: number

  @column()
  declare createdBy: string | null

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @column.dateTime({ autoCreate: true, autoUpdate: true })
  declare updatedAt: DateTime

  @column.dateTime()
  declare deletedAt: DateTime | null
}
