import { PgBoss, fromKnex } from 'pg-boss'
import type { EnqueueOptions, FailedJob, JobDefinition, JobEngine } from '#shared/jobs/jobs'

/** A waiting retry or delayed job starts at most this late; NOTIFY covers the usual case. */
const POLLING_SECONDS = 2
/** How soon jobs of a killed process are noticed. */
const SUPERVISE_SECONDS = 5

/** Job engine on the application's own PostgreSQL, in a schema of its own. */
export class PgBossEngine implements JobEngine {
  readonly #boss: PgBoss
  readonly #queues = new Set<string>()
  #started: Promise<unknown> | null = null

  constructor(
    connectionString: string,
    private readonly onError: (error: Error) => void
  ) {
    this.#boss = new PgBoss({
      connectionString,
      schema: 'pgboss',
      max: 6,
      useListenNotify: true,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
    })
    this.#boss.on('error', (error) => this.onError(error as Error))
  }

  async enqueue(name: string, payload: object, options: EnqueueOptions = {}) {
    await this.#ready(name)
    return this.#boss.send(name, payload, {
      ...(options.singletonKey ? { singletonKey: options.singletonKey } : {}),
      ...(options.startAfter ? { startAfter: options.startAfter } : {}),
      ...(options.trx ? { db: fromKnex(options.trx.knexClient as never) } : {}),
    })
  }

  async cancel(name: string, id: string) {
    await this.#ready(name)
    await this.#boss.cancel(name, id)
  }

  async retry(name: string, id: string) {
    await this.#ready(name)
    await this.#boss.retry(name, id)
  }

  async failed(limit: number): Promise<FailedJob[]> {
    await this.#start()
    const queues = await this.#boss.getQueues()
    const found = await Promise.all(
      queues.map((queue) => this.#boss.findJobs(queue.name, { state: 'failed' } as never))
    )
    return found
      .flat()
      .map((job: any) => ({
        id: job.id,
        name: job.name,
        payload: job.data,
        error: job.output?.message ?? JSON.stringify(job.output ?? null),
        failedAt: job.completedOn ?? job.createdOn,
        attempts: (job.retryCount ?? 0) + 1,
      }))
      .sort((a, b) => Number(b.failedAt) - Number(a.failedAt))
      .slice(0, limit)
  }

  async work(definitions: JobDefinition[]) {
    for (const definition of definitions) {
      await this.#ready(definition.name, definition)
      if (definition.cron) await this.#boss.schedule(definition.name, definition.cron, {})
      await this.#boss.work(
        definition.name,
        {
          batchSize: 1,
          localConcurrency: definition.concurrency ?? 2,
          pollingIntervalSeconds: POLLING_SECONDS,
          notifyPollingIntervalSeconds: POLLING_SECONDS,
        },
        async ([job]: any[]) => {
          await definition.handle({ id: job.id, payload: job.data, signal: job.signal })
        }
      )
    }
  }

  async stop() {
    if (!this.#started) return
    await this.#started
    await this.#boss.stop({ graceful: true, timeout: 10_000 })
  }

  async #start() {
    this.#started ??= this.#boss.start()
    await this.#started
  }

  async #ready(name: string, definition?: JobDefinition) {
    await this.#start()
    if (this.#queues.has(name)) return
    const options = {
      retryLimit: definition?.retries ?? 3,
      retryBackoff: true,
      retryDelay: 1,
      expireInSeconds: definition?.timeoutSeconds ?? 900,
      notify: true,
    }
    await this.#boss.createQueue(name, options as never)
    this.#queues.add(name)
  }
}
