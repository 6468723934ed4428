import db from '@adonisjs/lucid/services/db'

/** A running import writes its counts after every thousand people. */
const DEAD_AFTER_HOURS = 2

/**
 * Imports whose process died without a word would stay "running" for ever: they are marked as
 * failed, what they stored can be undone, and the uploaded file goes. Answers how many.
 */
export async function failDeadImports(): Promise<number> {
  const { rowCount } = await db.rawQuery<{ rowCount: number }>(
    `update prospect_imports
     set status = 'failed', failure = 'interrupted', content = null,
       finished_at = now(), updated_at = now()
     where status = 'running'
       and updated_at < now() - make_interval(hours => ${DEAD_AFTER_HOURS})`
  )
  return rowCount
}
