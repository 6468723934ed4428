import type { ApplicationService } from '@adonisjs/core/types'
import env from '#start/env'

/** Advisory lock of whoever migrates; any number that nothing else in the database uses. */
const MIGRATION_LOCK = 20_261_120

/**
 * Brings the database up to date before the web process serves its first request and before a
 * command works on it, so that no order of first steps is wrong. Of several processes that start
 * at the same time one migrates and the others wait; tests migrate their own database.
 */
export default class MigrationsProvider {
  constructor(protected app: ApplicationService) {}

  async start() {
    if (!this.#isDue()) return

    const { MigrationRunner } = await import('@adonisjs/lucid/migration')
    const db = await this.app.container.make('lucid.db')
    await db.transaction(async (trx) => {
      await trx.rawQuery('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK])
      // Lucid's own lock is taken and given back over whichever connection is free; this one
      // stays with the transaction. Closing the runner would close the application's pool too.
      const migrator = new MigrationRunner(db, this.app, { direction: 'up', disableLocks: true })
      await migrator.run()
      if (migrator.error) throw migrator.error
    })
  }

  #isDue(): boolean {
    const environment = this.app.getEnvironment()
    if (environment !== 'web' && environment !== 'console') return false
    if (this.app.getMode() !== 'run' || !env.get('DATABASE_URL')) return false
    // These look after the schema themselves.
    return !process.argv.some((argument) => /^(migration|db):/.test(argument))
  }
}
