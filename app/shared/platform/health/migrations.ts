import app from '@adonisjs/core/services/app'
import db from '@adonisjs/lucid/services/db'
import { readdir } from 'node:fs/promises'

let upToDate = false

/** Names of the migrations that the database has not seen. Once none are left it is final. */
export async function pendingMigrations(): Promise<string[]> {
  if (upToDate) return []
  const files = await readdir(app.migrationsPath())
  const names = files
    .filter((file) => /\.[jt]s$/.test(file) && !file.endsWith('.d.ts'))
    .map((file) => `database/migrations/${file.replace(/\.[jt]s$/, '')}`)
  const { rows } = await db.rawQuery<{ rows: { name: string }[] }>(
    'select name from adonis_schema where name = any(?)',
    [names]
  )
  const done = new Set(rows.map(({ name }) => name))
  const pending = names.filter((name) => !done.has(name))
  upToDate = pending.length === 0
  return pending
}
