import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('demo_loads', (table) => {
      table.uuid('workspace_id').primary().references('workspaces.id').onDelete('CASCADE')
      // One demo workspace for each person, however often they press the button.
      table.uuid('loaded_by').nullable().unique().references('users.id').onDelete('SET NULL')
      table.bigInteger('seed').nullable()
      // Null while the job is still at work.
      table.timestamp('loaded_at').nullable()
    })
  }

  override async down() {
    this.schema.dropTable('demo_loads')
  }
}
