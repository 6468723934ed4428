import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('demo_loads', (table) => {
      table.uuid('workspace_id').primary().references('workspaces.id').onDelete('CASCADE')
      table.uuid('loaded_by').nullable().references('users.id').onDelete('SET NULL')
      table.bigInteger('seed').notNullable()
      table.timestamp('loaded_at').notNullable().defaultTo(this.now())
    })
  }

  override async down() {
    this.schema.dropTable('demo_loads')
  }
}
