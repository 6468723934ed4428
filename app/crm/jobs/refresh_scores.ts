import db from '@adonisjs/lucid/services/db'
import { rescore } from '#app/crm/services/rescore'

const BATCH = 500

/** Every night: scores of people whose last activity has just become a week or a month old. */
export async function refreshScores(): Promise<void> {
  const { rows } = await db.rawQuery<{ rows: { id: string; workspace_id: string }[] }>(
    `select id, workspace_id from prospects
     where last_activity_at between now() - interval '9 days' and now() - interval '7 days'
        or last_activity_at between now() - interval '32 days' and now() - interval '30 days'
     order by workspace_id`
  )
  const byWorkspace = Map.groupBy(rows, (row) => row.workspace_id)
  for (const [workspaceId, prospects] of byWorkspace) {
    const ids = prospects.map(({ id }) => id)
    for (let at = 0; at < ids.length; at += BATCH) {
      await rescore(workspaceId, ids.slice(at, at + BATCH))
    }
  }
}
