import { BaseModel, beforeFetch, beforeFind, beforePaginate, column } from '@adonisjs/lucid/orm'
import type { LucidModel, ModelQueryBuilderContract } from '@adonisjs/lucid/types/model'
import { E_UNSCOPED_QUERY } from '#shared/exceptions/errors'

const scoped = new WeakSet<object>()

/**
 * Base of every table that holds a business's data. Reads start with `Model.in(workspaceId)`;
 * a query that was not scoped this way is refused before it reaches the database, so a
 * forgotten `where` fails loudly in the first test instead of leaking quietly.
 */
export class WorkspaceModel extends BaseModel {
  @column({ isPrimary: true })
  declare id: string

  @column()
  declare workspaceId: string

  /** Starts a query that sees one workspace only. */
  static in<T extends LucidModel>(
    this: T,
    workspaceId: string
  ): ModelQueryBuilderContract<T, InstanceType<T>> {
    const query = this.query()
    query.where(`${this.table}.workspace_id`, workspaceId)
    scoped.add(query)
    return query
  }

  /** Starts a query over all workspaces: schedulers and operators only, never a request. */
  static acrossWorkspaces<T extends LucidModel>(
    this: T
  ): ModelQueryBuilderContract<T, InstanceType<T>> {
    const query = this.query()
    scoped.add(query)
    return query
  }

  @beforeFind()
  @beforeFetch()
  static requireScope(query: object) {
    if (!scoped.has(query) && !isRelation(query)) throw new E_UNSCOPED_QUERY([this.name])
  }

  @beforePaginate()
  static requirePageScope([, query]: [object, object]) {
    if (!scoped.has(query) && !isRelation(query)) throw new E_UNSCOPED_QUERY([this.name])
  }
}

/** Relations and preloads start from a row that was read through a scoped query. */
function isRelation(query: object): boolean {
  return 'isRelatedQuery' in query || 'isRelatedPreloadQuery' in query
}
