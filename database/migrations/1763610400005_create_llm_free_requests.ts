import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('llm_free_requests', (table) => {
      table.uuid('workspace_id').primary().references('workspaces.id').onDelete('CASCADE')
      table.smallint('used').notNullable()
    })
    this.schema.alterTable('llm_calls', (table) => {
      table.boolean('free').notNullable().defaultTo(false)
    })
  }

  override async down() {
    this.schema.alterTable('llm_calls', (table) => {
      table.dropColumn('free')
    })
    this.schema.dropTable('llm_free_requests')
  }
}
