import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import db from '@adonisjs/lucid/services/db'
import { jobs } from '#shared/jobs/jobs'
import { RUN_JOB } from '#app/quantization/services/start_job'
import { jobFolder, uploadsFolder } from '#app/quantization/storage/paths'

/**
 * Gives every waiting job a message and every job whose message is gone a new one. Normally there
 * is nothing to do: rows and messages are written together. It mends what a restored backup or a
 * message with too many deaths has left behind.
 */
export async function giveLostJobsATurn(): Promise<number> {
  const { rows } = await db.rawQuery<{ rows: { id: string; message_id: string }[] }>(
    `select id, message_id from quantization_jobs
      where state = 'running' and heard_at < now() - interval '2 minutes'`
  )
  let given = 0
  for (const row of rows) {
    const [message] = await jobs.pending({ id: row.message_id, limit: 1 })
    if (message) continue
    await db.from('quantization_jobs').where({ id: row.id, state: 'running' }).update({
      state: 'queued',
      message_id: null,
    })
  }
  const counts = await jobs.counts()
  const queue = counts.find(({ name }) => name === RUN_JOB)
  const messages = (queue?.waiting ?? 0) + (queue?.retrying ?? 0) + (queue?.active ?? 0)
  const { rows: open } = await db.rawQuery<{ rows: { count: number }[] }>(
    `select count(*)::int as count from quantization_jobs where state in ('queued', 'running')`
  )
  for (; messages + given < open[0]!.count; given++) await jobs.enqueue(RUN_JOB, {})
  return given
}

/** Removes results that a workspace keeps no longer, and files that nobody sent to the end. */
export async function removeOldFiles(): Promise<void> {
  const { rows } = await db.rawQuery<{ rows: { id: string }[] }>(
    `update quantization_jobs j set files_removed_at = now()
       from quantization_settings s
      where s.workspace_id = j.workspace_id and s.keep_days is not null
        and j.finished_at < now() - make_interval(days => s.keep_days)
        and j.finished_at is not null and j.files_removed_at is null and j.local_model_at is null
      returning j.id`
  )
  for (const { id } of rows) await rm(jobFolder(id), { recursive: true, force: true })

  const { rows: expired } = await db.rawQuery<{ rows: { id: string }[] }>(
    `delete from quantization_uploads where model_id is null and expires_at < now() returning id`
  )
  for (const { id } of expired) await removeUpload(id)
  await removeStrayUploads()
}

async function removeUpload(id: string): Promise<void> {
  await rm(join(uploadsFolder(), id), { force: true })
  await rm(join(uploadsFolder(), `${id}.json`), { force: true })
}

/** Files whose row is gone with its workspace. */
async function removeStrayUploads(): Promise<void> {
  const names = await readdir(uploadsFolder()).catch(() => [])
  const ids = [...new Set(names.map((name) => name.replace(/\.json$/, '')))]
  for (let start = 0; start < ids.length; start += 500) {
    const some = ids.slice(start, start + 500)
    const known = await db.from('quantization_uploads').whereIn('id', some).select('id')
    const there = new Set(known.map(({ id }) => String(id)))
    for (const id of some) if (!there.has(id)) await removeUpload(id)
  }
}
