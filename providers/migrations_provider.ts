import type { ApplicationService } from '@adonisjs/core/types'

/**
 * Brings the database up to date before the web process of a started box serves its first
 * request. Lucid's advisory lock lets several processes start at the same time.
 */
export default class MigrationsProvider {
  constructor(protected app: ApplicationService) {}

  async start() {
    if (this.app.getEnvironment() !== 'web' || !this.app.inProduction) return

    const { MigrationRunner } = await import('@adonisjs/lucid/migration')
    const db = await this.app.container.make('lucid.db')
    const migrator = new MigrationRunner(db, this.app, {
      direction: 'up',
      disableLocks: false,
    })
    await migrator.run()
    if (migrator.error) throw migrator.error
  }
}
