import type { ApplicationService } from '@adonisjs/core/types'
import env from '#start/env'
import { jobs } from '#shared/jobs/jobs'
import { keepTrying } from './keep_trying.js'
import type { PgBossEngine } from './pg_boss_engine.js'

/**
 * Chooses the job engine and, inside the web process, works on jobs too unless
 * `QUEUE_WORKER=off` leaves them to `queue:work` processes.
 */
export default class JobsProvider {
  #engine: PgBossEngine | null = null
  #working: Promise<void> | null = null
  readonly #stopping = new AbortController()

  constructor(protected app: ApplicationService) {}

  async boot() {
    const connectionString = env.get('DATABASE_URL')
    if (!connectionString) return
    const logger = await this.app.container.make('logger')
    const { PgBossEngine: Engine } = await import('./pg_boss_engine.js')
    this.#engine = new Engine({
      connectionString,
      db: await this.app.container.make('lucid.db'),
      onError: (error, job) => logger.error({ err: error, job }, 'job failed'),
    })
    jobs.useEngine(this.#engine)
  }

  /** Not awaited: the first page must not wait for the queues, nor for a database that is away. */
  async ready() {
    const inline = this.app.getEnvironment() === 'web' && env.get('QUEUE_WORKER') !== 'off'
    if (!inline || this.app.getMode() !== 'run') return
    const logger = await this.app.container.make('logger')
    this.#working = keepTrying(() => jobs.work(), {
      signal: this.#stopping.signal,
      onFailure: (error, nextInMs) =>
        logger.error({ err: error, nextInMs }, 'the job engine could not start'),
    })
  }

  async shutdown() {
    this.#stopping.abort()
    await this.#working
    await this.#engine?.stop()
  }
}
