import { statfs } from 'node:fs/promises'
import db from '@adonisjs/lucid/services/db'
import { jobs } from '#shared/jobs/jobs'
import { pendingMigrations } from '#shared/platform/health/migrations'
import { storageFolder } from '#shared/platform/health/storage_folder'

/** Below this the box refuses to call itself ready: PostgreSQL needs room for its log. */
const MIN_FREE_BYTES = 200 * 1024 * 1024
/** A check that takes longer counts as failed, so that a probe always gets an answer. */
const CHECK_TIMEOUT_MS = 3_000

export interface CheckResult {
  name: 'database' | 'migrations' | 'jobs' | 'disk'
  ok: boolean
  /** Why not, in plain English without addresses or secrets. */
  reason?: string
}

/** Everything that the box needs to do its work; each check answers within seconds. */
export async function runChecks(): Promise<CheckResult[]> {
  return Promise.all([
    check('database', async () => {
      await db.rawQuery('select 1')
      return null
    }),
    check('migrations', async () => {
      const pending = await pendingMigrations()
      return pending.length > 0 ? `${pending.length} migrations are pending` : null
    }),
    check('jobs', async () => ((await jobs.healthy()) ? null : 'the job engine does not run')),
    check('disk', async () => {
      const { bavail, bsize } = await statfs(storageFolder())
      const free = bavail * bsize
      return free < MIN_FREE_BYTES ? `only ${Math.floor(free / 1024 / 1024)} MB are free` : null
    }),
  ])
}

async function check(
  name: CheckResult['name'],
  reasonOf: () => Promise<string | null>
): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, CHECK_TIMEOUT_MS, `no answer in ${CHECK_TIMEOUT_MS / 1000} s`)
  })
  try {
    const reason = await Promise.race([reasonOf(), late])
    return reason === null ? { name, ok: true } : { name, ok: false, reason }
  } catch (error) {
    const { code } = error as { code?: string }
    return { name, ok: false, reason: code ? `failed with ${code}` : 'failed' }
  } finally {
    clearTimeout(timer)
  }
}
