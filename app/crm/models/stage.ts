import { column } from '@adonisjs/lucid/orm'
import { WorkspaceModel } from '#shared/models/workspace_model'

/** A column of the pipeline. */
export default class Stage extends WorkspaceModel {
  @column()
  declare key: string

  /** The workspace's own name for it; null means the translation of `crm.stage.<key>`. */
  @column()
  declare name: string | null

  @column()
  declare position: number

  @column()
  declare probability: number

  /** Deals that arrive here are won. */
  @column()
  declare isWon: boolean
}
