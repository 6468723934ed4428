import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'

type Value = string | number | boolean | Date | null

/** Runs SQL with named bindings (`:name`), in the transaction when there is one. */
export async function sql<Row = never>(
  query: string,
  bindings: Record<string, Value>,
  trx?: TransactionClientContract
): Promise<Row[]> {
  const { rows } = await (trx ?? db).rawQuery<{ rows: Row[] }>(query, bindings as never)
  return rows
}
