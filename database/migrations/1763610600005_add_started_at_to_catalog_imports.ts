import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.alterTable('catalog_imports', (table) => {
      table.timestamp('started_at').nullable()
    })
    this.schema.raw(`
      create index catalog_imports_running on catalog_imports (started_at)
        where status = 'running'
    `)
    this.schema.raw(`
      create index prospect_imports_running on prospect_imports (updated_at)
        where status = 'running'
    `)
  }

  override async down() {
    this.schema.raw('drop index prospect_imports_running')
    this.schema.raw('drop index catalog_imports_running')
    this.schema.alterTable('catalog_imports', (table) => {
      table.dropColumn('started_at')
    })
  }
}
