import { column } from '@adonisjs/lucid/orm'
import { WorkspaceModel } from '#shared/models/workspace_model'

/** One file that a job has written. */
export default class QuantizationFile extends WorkspaceModel {
  static override table = 'quantization_files'

  @column()
  declare jobId: string

  /** Below the job's result folder. */
  @column()
  declare name: string

  @column()
  declare bytes: number

  @column({ columnName: 'sha256' })
  declare sha256: string
}
