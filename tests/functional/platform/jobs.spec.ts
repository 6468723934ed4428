import db from '@adonisjs/lucid/services/db'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { nanoid } from 'nanoid'
import { PgBossEngine } from '#providers/jobs/pg_boss_engine'
import type { JobDefinition } from '#shared/jobs/jobs'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const connectionString = process.env.DATABASE_URL!
const engines: PgBossEngine[] = []

function newEngine() {
  const engine = new PgBossEngine({ connectionString, db, onError: () => {} })
  engines.push(engine)
  return engine
}

/** A job of a kind that no other test has. */
function newJob(handle: JobDefinition['handle'], more: Partial<JobDefinition> = {}): JobDefinition {
  return { name: `test.${nanoid(10)}`, handle, retries: 0, ...more }
}

async function until<T>(look: () => Promise<T | undefined | false> | T, what: string): Promise<T> {
  for (let i = 0; i < 400; i++) {
    const found = await look()
    if (found) return found
    await sleep(25)
  }
  throw new Error(`Waited too long for ${what}`)
}

test.group('Jobs', (group) => {
  group.each.teardown(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.stop()))
  })

  test('a job exists if and only if its transaction commits', async ({ assert }) => {
    const engine = newEngine()
    const { name } = newJob(async () => {})

    const undone = await db.transaction()
    await engine.enqueue(name, { step: 1 }, { trx: undone })
    await undone.rollback()
    assert.lengthOf(await pendingOf(engine, name), 0)

    await db.transaction((trx) => engine.enqueue(name, { step: 2 }, { trx }))
    assert.lengthOf(await pendingOf(engine, name), 1)
  })

  test('at most one waiting job per key, any number without', async ({ assert }) => {
    const engine = newEngine()
    const { name } = newJob(async () => {})
    assert.isString(await engine.enqueue(name, {}, { singletonKey: 'monday' }))
    assert.isNull(await engine.enqueue(name, {}, { singletonKey: 'monday' }))
    assert.isString(await engine.enqueue(name, {}, { singletonKey: 'tuesday' }))
    assert.isString(await engine.enqueue(name, {}))
    assert.isString(await engine.enqueue(name, {}))
    assert.lengthOf(await pendingOf(engine, name), 4)
  })

  test('a job runs with its payload, within a second', async ({ assert }) => {
    const done: unknown[] = []
    const job = newJob(async ({ payload }) => void done.push(payload))
    const engine = newEngine()
    await engine.work([job])
    const start = performance.now()
    await engine.enqueue(job.name, { hello: 'world' })
    await until(() => done.length > 0, 'the job')
    assert.deepEqual(done, [{ hello: 'world' }])
    assert.isBelow(performance.now() - start, 1000)
  })

  test('what fails for good is kept with its error and can run again', async ({ assert }) => {
    let runs = 0
    const job = newJob(
      async () => {
        runs += 1
        if (runs <= 2) throw new Error('the printer is on fire')
      },
      { retries: 1 }
    )
    const engine = newEngine()
    await engine.work([job])
    await engine.enqueue(job.name, { workspaceId: nanoid() })

    const failed = await until(async () => (await failedOf(engine, job.name))[0], 'the failure')
    assert.equal(failed.error, 'the printer is on fire')
    assert.equal(failed.attempts, 2)
    assert.isTrue(await engine.retry(job.name, failed.id))
    assert.isFalse(await engine.retry(job.name, failed.id))
    await until(() => runs === 3, 'the third run')
    assert.lengthOf(await failedOf(engine, job.name), 0)
  })

  test('a failed job can be forgotten, and is found by its owner only', async ({ assert }) => {
    const job = newJob(async () => {
      throw new Error('no')
    })
    const engine = newEngine()
    await engine.work([job])
    const [mine, other] = [nanoid(), nanoid()]
    await engine.enqueue(job.name, { workspaceId: mine })

    const failed = await until(
      async () => (await engine.failed({ owners: [mine] }))[0],
      'the failure'
    )
    assert.lengthOf(await engine.failed({ owners: [other, null], id: failed.id }), 0)
    const counts = await engine.counts({ owners: [mine] })
    assert.deepInclude(counts, { name: job.name, waiting: 0, retrying: 0, active: 0, failed: 1 })
    assert.isTrue(await engine.dismiss(job.name, failed.id))
    assert.isFalse(await engine.dismiss(job.name, failed.id))
  })

  test('its owner sees it on the page and lets it run again', async ({ client, assert }) => {
    let runs = 0
    const job = newJob(async () => {
      runs += 1
      if (runs === 1) throw new Error('the <b>printer</b> is on fire')
    })
    const engine = newEngine()
    await engine.work([job])
    const mine = await givenAWorkspace()
    const other = await givenAWorkspace()
    await engine.enqueue(job.name, { workspaceId: mine.workspace.id })
    const failed = await until(async () => (await failedOf(engine, job.name))[0], 'the failure')

    const page = await client.get('/settings/jobs').loginAs(mine.user)
    page.assertStatus(200)
    assert.include(page.text(), 'the &lt;b&gt;printer&lt;/b&gt; is on fire')
    const strange = await client.get('/settings/jobs').loginAs(other.user)
    assert.notInclude(strange.text(), 'is on fire')

    const retry = (user: typeof mine.user) =>
      client.post(`/settings/jobs/${failed.id}/retry`).loginAs(user).withCsrfToken().redirects(0)
    const refused = await retry(other.user)
    refused.assertStatus(404)
    const accepted = await retry(mine.user)
    accepted.assertStatus(302)
    await until(() => runs === 2, 'the second run')
  })

  test('a cancelled job learns of it', async ({ assert }) => {
    let reason: unknown
    const job = newJob(({ signal }) => {
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason
          reject(new Error('stopped'))
        })
      })
    })
    const engine = newEngine()
    await engine.work([job])
    const id = await engine.enqueue(job.name, {})
    await until(async () => {
      const [found] = await engine.pending({ id: id! })
      return found?.state === 'active'
    }, 'the start')
    await engine.cancel(job.name, id!)
    await until(() => reason !== undefined, 'the signal')
    assert.lengthOf(await failedOf(engine, job.name), 0)
  }).timeout(15_000)

  test('the job of a killed process runs again', async ({ assert }) => {
    let ran = false
    const job = newJob(async () => void (ran = true), { retries: 2 })
    const child = spawn(
      process.execPath,
      [
        '--import=@poppinss/ts-exec',
        'tests/helpers/platform/hanging_worker.ts',
        connectionString,
        job.name,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] }
    )
    const sender = newEngine()
    await sender.enqueue(job.name, {})
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')

    // Instead of waiting until the heartbeat is missed: make it old.
    await db.rawQuery(
      `update pgboss.job set heartbeat_on = now() - interval '1 hour' where name = ?`,
      [job.name]
    )
    const worker = newEngine()
    await worker.work([job])
    await until(() => ran, 'the second run')
    assert.isTrue(ran)
  }).timeout(25_000)
})

async function pendingOf(engine: PgBossEngine, name: string) {
  const all = await engine.pending({ limit: 1000 })
  return all.filter((job) => job.name === name)
}

async function failedOf(engine: PgBossEngine, name: string) {
  const all = await engine.failed({ limit: 1000 })
  return all.filter((job) => job.name === name)
}
