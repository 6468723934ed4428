import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { E_IDEMPOTENCY_CONFLICT, E_WALLET_UNKNOWN } from '#app/wallet/errors'

type Value = string | number | boolean | Date | null

/** The part of `pg.Client` that is used here. */
interface PreparedClient {
  query(query: { name: string; text: string; values: Value[] }): Promise<{ rows: unknown[] }>
}

const CONSTRAINTS_OF_KEYS = new Set([
  'wallet_holds_idempotency',
  'wallet_holds_release_idempotency',
  'wallet_transfers_idempotency',
])

/**
 * Calls one of the ledger's database functions in one round trip. Without a transaction the
 * call is one: a prepared statement straight on a pooled connection, which commits by itself.
 *
 * @throws E_IDEMPOTENCY_CONFLICT when the key was used before with another body
 * @throws E_WALLET_UNKNOWN when the workspace has no such wallet
 */
export async function callLedger<Row>(
  name: string,
  values: Value[],
  trx?: TransactionClientContract
): Promise<Row> {
  try {
    if (trx) {
      const places = values.map(() => '?').join(', ')
      const result = await trx.rawQuery(`select * from ${name}(${places})`, values as never)
      return result.rows[0] as Row
    }
    return await callPrepared<Row>(name, values)
  } catch (error) {
    throw translate(error as { code?: string; constraint?: string; message: string })
  }
}

async function callPrepared<Row>(name: string, values: Value[]): Promise<Row> {
  const pool = db.connection().getWriteClient().client
  const connection = (await pool.acquireConnection()) as PreparedClient
  try {
    const places = values.map((_, index) => `$${index + 1}`).join(', ')
    const text = `select * from ${name}(${places})`
    const { rows } = await connection.query({ name, text, values })
    return rows[0] as Row
  } finally {
    await pool.releaseConnection(connection)
  }
}

function translate(error: { code?: string; constraint?: string; message: string }): unknown {
  const duplicateKey = error.code === '23505' && CONSTRAINTS_OF_KEYS.has(error.constraint ?? '')
  if (error.code === 'WA002' || duplicateKey) return new E_IDEMPOTENCY_CONFLICT([error.message])
  if (error.code === 'WA001') return new E_WALLET_UNKNOWN([error.message])
  return error
}
