import db from '@adonisjs/lucid/services/db'
import QuantizationJob from '#app/quantization/models/quantization_job'

/**
 * Which job a message of the queue works on. A message that was delivered again, after a crash or
 * a failed attempt, goes on with its own. Otherwise the plans with priority come first; among
 * them the workspace that has waited longest since its last start; within it the oldest job. One
 * workspace with a thousand jobs thus delays the others by one job, not by a thousand.
 */
export async function claimJob(messageId: string): Promise<QuantizationJob | null> {
  const id = (await resume(messageId)) ?? (await next(messageId))
  if (!id) return null
  return QuantizationJob.acrossWorkspaces().where('id', id).preload('model').firstOrFail()
}

async function resume(messageId: string): Promise<string | null> {
  const { rows } = await db.rawQuery<{ rows: { id: string }[] }>(
    `update quantization_jobs set attempts = attempts + 1, heard_at = now()
      where message_id = ? and state = 'running' returning id`,
    [messageId]
  )
  return rows[0]?.id ?? null
}

async function next(messageId: string): Promise<string | null> {
  return db.transaction(async (trx) => {
    // One claim at a time: two that looked at the same moment would both serve one workspace.
    await trx.rawQuery(`select pg_advisory_xact_lock(hashtext('quantization.claim'))`)
    const { rows } = await trx.rawQuery<{ rows: { id: string }[] }>(
      `with recursive waiting as (
         (select workspace_id from quantization_jobs where state = 'queued'
           order by workspace_id limit 1)
         union all
         select (select j.workspace_id from quantization_jobs j
                  where j.state = 'queued' and j.workspace_id > w.workspace_id
                  order by j.workspace_id limit 1)
           from waiting w where w.workspace_id is not null
       ), first_of_each as (
         select j.* from waiting w
         cross join lateral (
           select id, workspace_id, priority from quantization_jobs
            where workspace_id = w.workspace_id and state = 'queued'
            order by priority desc, id limit 1
         ) j
       ), chosen as (
         select f.id from first_of_each f
         left join lateral (
           select started_at from quantization_jobs s
            where s.workspace_id = f.workspace_id and s.started_at is not null
            order by s.started_at desc limit 1
         ) last on true
         order by f.priority desc, last.started_at nulls first, f.id limit 1
       )
       update quantization_jobs set
         state = 'running', message_id = :messageId, started_at = coalesce(started_at, now()),
         heard_at = now(), attempts = attempts + 1, stage = 'waiting', progress = 0
        where id = (select id from chosen) and state = 'queued'
       returning id`,
      { messageId }
    )
    return rows[0]?.id ?? null
  })
}
