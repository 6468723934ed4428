import type { ApplicationService } from '@adonisjs/core/types'
import env from '#start/env'
import { jobs } from '#shared/jobs/jobs'
import { PgBossEngine } from './pg_boss_engine.js'

/**
 * Chooses the job engine and, inside the web process, works on jobs too unless
 * `QUEUE_WORKER=off` leaves them to `queue:work` processes.
 */
export default class JobsProvider {
  #engine: PgBossEngine | null = null

  constructor(protected app: ApplicationService) {}

  async boot() {
    const url = env.get('DATABASE_URL')
    if (!url) return
    const logger = await this.app.container.make('logger')
    this.#engine = new PgBossEngine(url, (error) => logger.error({ err: error }, 'job engine'))
    jobs.useEngine(this.#engine)
  }

  async ready() {
    const inline = this.app.getEnvironment() === 'web' && env.get('QUEUE_WORKER') !== 'off'
    if (inline && this.app.getMode() === 'run') await this.#engine?.work(jobs.definitions())
  }

  async shutdown() {
    await this.#engine?.stop()
  }
}
