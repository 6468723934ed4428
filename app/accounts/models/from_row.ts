import type { LucidModel, LucidRow } from '@adonisjs/lucid/types/model'

/** Model from a row of raw SQL, whose times may be JSON strings. */
export function fromRow<M extends LucidModel>(
  model: M,
  row: Record<string, unknown>
): InstanceType<M> {
  const values: Record<string, unknown> = {}
  model.$columnsDefinitions.forEach((column) => {
    const value = row[column.columnName]
    const isTime = column.meta?.type === 'datetime' && typeof value === 'string'
    values[column.columnName] = isTime ? new Date(value) : value
  })
  return model.$createFromAdapterResult(values) as LucidRow as InstanceType<M>
}
