import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import type { DateTime } from 'luxon'
import type { Evaluation, Failure, Method, QuantizeOptions, QuantizeResult } from '#gpu/protocol'
import { WorkspaceModel } from '#shared/models/workspace_model'
import { json } from '#app/quantization/models/json_column'
import QuantizationModel from '#app/quantization/models/quantization_model'
import type { Verdict, VerdictReason } from '#app/quantization/proof/verdict'

export const JOB_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const
export type JobState = (typeof JOB_STATES)[number]

/** One quantization: what was asked for, how far it is, what came out. */
export default class QuantizationJob extends WorkspaceModel {
  static override table = 'quantization_jobs'

  @column()
  declare modelId: string

  @column()
  declare method: Method

  /** GGUF type; null for the other methods. */
  @column()
  declare type: string | null

  @column(json)
  declare options: QuantizeOptions

  /** The person gave a text of their own; it lies in the job's folder. */
  @column()
  declare hasCalibration: boolean

  @column()
  declare state: JobState

  @column()
  declare priority: number

  @column()
  declare stage: string | null

  /** 0 to 1. */
  @column()
  declare progress: number

  @column()
  declare etaSeconds: number | null

  @column()
  declare item: string | null

  @column()
  declare bytesDone: number | null

  @column()
  declare bytesTotal: number | null

  @column()
  declare attempts: number

  @column()
  declare messageId: string | null

  @column()
  declare holdId: string | null

  @column()
  declare rerunOf: string | null

  @column(json)
  declare result: QuantizeResult | null

  @column(json)
  declare evaluation: Evaluation | null

  @column()
  declare verdict: Verdict | null

  @column(json)
  declare verdictReasons: VerdictReason[] | null

  @column(json)
  declare error: Failure | null

  @column()
  declare bytesBefore: number | null

  @column()
  declare bytesAfter: number | null

  @column.dateTime()
  declare localModelAt: DateTime | null

  @column()
  declare createdBy: string | null

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @column.dateTime()
  declare startedAt: DateTime | null

  @column.dateTime()
  declare heardAt: DateTime | null

  @column.dateTime()
  declare finishedAt: DateTime | null

  @column.dateTime()
  declare filesRemovedAt: DateTime | null

  @belongsTo(() => QuantizationModel, { foreignKey: 'modelId' })
  declare model: BelongsTo<typeof QuantizationModel>

  get isOver(): boolean {
    return this.state !== 'queued' && this.state !== 'running'
  }
}
