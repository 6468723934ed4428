import { randomUUID } from 'node:crypto'
import { PgBoss, fromKnex } from 'pg-boss'
import type { Database } from '@adonisjs/lucid/database'
import {
  jobs,
  type EnqueueOptions,
  type JobDefinition,
  type JobEngine,
  type JobQuery,
} from '#shared/jobs/jobs'
import { JobRecords } from './job_records.js'
import { DEAD_LETTERS, Queues } from './queues.js'

/** A waiting retry or delayed job starts at most this late; NOTIFY covers the usual case. */
const POLLING_SECONDS = 2
/** How soon jobs of a killed process are noticed, beside their heartbeat. */
const SUPERVISE_SECONDS = 5
/** How often a job at work is confirmed, and asked whether it was cancelled. */
const HEARTBEAT_REFRESH_SECONDS = 5
/** On shutdown handlers first get this long to finish, then their signal fires. */
const FINISH_MS = 3_000
const STOP_TIMEOUT_MS = 8_000

export interface PgBossEngineOptions {
  connectionString: string
  db: Database
  onError: (error: Error, job?: { name: string; id: string }) => void
}

/**
 * Job engine on the application's own PostgreSQL, in a schema of its own. Nothing is started
 * before the first use; a process that only enqueues supervises nothing and runs no schedules.
 */
export class PgBossEngine implements JobEngine {
  readonly #options: PgBossEngineOptions
  readonly #records: JobRecords
  readonly #stopping = new AbortController()
  #working = false
  /** Kinds that this process works on; a start that failed half way goes on with the others. */
  readonly #served = new Set<string>()
  #started: Promise<{ boss: PgBoss; queues: Queues }> | null = null

  constructor(options: PgBossEngineOptions) {
    this.#options = options
    this.#records = new JobRecords(options.db)
  }

  async enqueue(name: string, payload: object, options: EnqueueOptions = {}) {
    const { boss, queues } = await this.#start()
    await queues.ensure(name, jobs.definition(name))
    return boss.send(name, payload, {
      singletonKey: options.singletonKey ?? randomUUID(),
      ...(options.startAfter ? { startAfter: options.startAfter } : {}),
      ...(options.trx ? { db: fromKnex(options.trx.knexClient) } : {}),
    })
  }

  async cancel(name: string, id: string) {
    const { boss } = await this.#start()
    await boss.cancel(name, id)
  }

  async retry(name: string, id: string) {
    const { boss } = await this.#start()
    const moved = await boss.redrive(DEAD_LETTERS, { ids: [id], sourceName: name, limit: 1 })
    return moved === 1
  }

  async dismiss(_name: string, id: string) {
    const { boss } = await this.#start()
    const [found] = await boss.findJobs(DEAD_LETTERS, { id })
    if (found) await boss.deleteJob(DEAD_LETTERS, id)
    return found !== undefined
  }

  async failed(query: JobQuery) {
    await this.#start()
    return this.#records.failed(query)
  }

  async pending(query: JobQuery) {
    await this.#start()
    return this.#records.pending(query)
  }

  async counts(query: JobQuery) {
    return (await this.#records.exists()) ? this.#records.counts(query) : []
  }

  async work(definitions: JobDefinition[]) {
    await this.#restartAsWorker()
    const { boss, queues } = await this.#start()
    for (const definition of definitions) {
      if (this.#stopping.signal.aborted) return
      if (this.#served.has(definition.name)) continue
      await queues.ensure(definition.name, definition)
      await this.#serve(boss, definition)
      this.#served.add(definition.name)
    }
    await this.#schedule(boss, definitions)
  }

  async healthy() {
    if (!this.#started) return !this.#working
    const { boss } = await this.#started
    return boss.isInstalled()
  }

  async stop() {
    const started = this.#started
    if (!started) return
    this.#started = null
    const timer = setTimeout(() => this.#stopping.abort(new Error('The box stops')), FINISH_MS)
    try {
      const { boss } = await started
      await boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS })
    } finally {
      clearTimeout(timer)
    }
  }

  async #serve(boss: PgBoss, definition: JobDefinition) {
    await boss.work(
      definition.name,
      {
        batchSize: 1,
        includeMetadata: true,
        localConcurrency: definition.concurrency ?? 2,
        pollingIntervalSeconds: POLLING_SECONDS,
        notifyPollingIntervalSeconds: POLLING_SECONDS,
        heartbeatRefreshSeconds: HEARTBEAT_REFRESH_SECONDS,
      },
      async ([job]) => {
        if (!job) return
        const signal = AbortSignal.any([job.signal, this.#stopping.signal])
        try {
          const lastAttempt = job.retryCount >= job.retryLimit
          await definition.handle({ id: job.id, payload: job.data, signal, lastAttempt })
        } catch (error) {
          this.#options.onError(error as Error, { name: definition.name, id: job.id })
          throw error
        }
      }
    )
  }

  /** Schedules are rows of the database: those of jobs that no longer exist must go. */
  async #schedule(boss: PgBoss, definitions: JobDefinition[]) {
    const wanted = new Map(definitions.flatMap((d) => (d.cron ? [[d.name, d.cron] as const] : [])))
    const existing = await boss.getSchedules()
    for (const { name, cron } of existing) {
      if (!wanted.has(name)) await boss.unschedule(name)
      else if (wanted.get(name) === cron) wanted.delete(name)
    }
    for (const [name, cron] of wanted) await boss.schedule(name, cron, {})
  }

  async #restartAsWorker() {
    if (this.#working) return
    this.#working = true
    const sender = await this.#started
    this.#started = null
    await sender?.boss.stop({ graceful: false })
  }

  #start() {
    if (this.#stopping.signal.aborted) throw new Error('The job engine has stopped')
    this.#started ??= this.#open(this.#working).catch((error: unknown) => {
      // The next use tries again: the database may have been away for a moment only.
      this.#started = null
      throw error
    })
    return this.#started
  }

  async #open(working: boolean) {
    const boss = new PgBoss({
      connectionString: this.#options.connectionString,
      schema: 'pgboss',
      max: working ? 6 : 2,
      useListenNotify: working,
      supervise: working,
      schedule: working,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
    })
    boss.on('error', (error) => this.#options.onError(error))
    await boss.start()
    return { boss, queues: new Queues(boss) }
  }
}
