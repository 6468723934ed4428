import { rm } from 'node:fs/promises'
import db from '@adonisjs/lucid/services/db'
import { storedUpload } from '#app/sales_agent/catalog/services/receive_upload'

/** No import takes that long: a job is given up after a quarter of an hour. */
const DEAD_AFTER_HOURS = 2

/**
 * Imports whose process died without a word would stay "running" for ever: they are marked as
 * failed and their stored file goes. Answers how many.
 */
export async function failDeadImports(): Promise<number> {
  const { rows } = await db.rawQuery<{ rows: { id: string }[] }>(
    `update catalog_imports set status = 'failed', failure = 'interrupted', finished_at = now()
     where status = 'running'
       and coalesce(started_at, created_at) < now() - make_interval(hours => ${DEAD_AFTER_HOURS})
     returning id`
  )
  for (const { id } of rows) await rm(storedUpload(id), { force: true })
  return rows.length
}
