import { BaseSchema } from '@adonisjs/lucid/schema'

/** The class that was asked for when a cheaper model answered above the hourly ceiling. */
export default class extends BaseSchema {
  override async up() {
    this.schema.alterTable('llm_calls', (table) => {
      table.text('degraded_from').nullable()
    })
  }

  override async down() {
    this.schema.alterTable('llm_calls', (table) => {
      table.dropColumn('degraded_from')
    })
  }
}
