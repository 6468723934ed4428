import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('invitations', (table) => {
      table.uuid('id').primary().defaultTo(this.raw('uuidv7()'))
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.specificType('email', 'citext').notNullable()
      table.text('role').notNullable().checkIn(['owner', 'manager', 'agent', 'viewer'])
      table.text('token_hash').notNullable().unique()
      table.uuid('invited_by').nullable().references('users.id').onDelete('SET NULL')
      table.timestamp('expires_at').notNullable()
      table.timestamp('created_at').notNullable().defaultTo(this.now())
      table.unique(['workspace_id', 'id'])
      // A second invitation replaces the first.
      table.unique(['workspace_id', 'email'])
    })
  }

  override async down() {
    this.schema.dropTable('invitations')
  }
}
