import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('outbox_messages', (table) => {
      table.uuid('id').primary().defaultTo(this.raw('uuidv7()'))
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      // Who may read it: an invitation to become an owner is for owners' eyes only.
      table.text('min_role').notNullable().defaultTo('manager')
      table.text('message_id').notNullable()
      table.text('to').notNullable()
      table.text('subject').notNullable()
      table.text('text').nullable()
      table.text('html').nullable()
      table.jsonb('attachments').notNullable().defaultTo('[]')
      table.timestamp('created_at').notNullable().defaultTo(this.now())
      table.unique(['workspace_id', 'id'])
    })
  }

  override async down() {
    this.schema.dropTable('outbox_messages')
  }
}
