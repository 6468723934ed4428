import { BaseSchema } from '@adonisjs/lucid/schema'

/**
 * Answers to writes that came with an `Idempotency-Key`, kept for 24 hours. The row is made
 * before the work begins, so that of two twins only one does it.
 */
export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('api_idempotency', (table) => {
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.text('key').notNullable()
      // SHA-256 over method, path and body: the same key with another request is refused.
      table.specificType('fingerprint', 'bytea').notNullable()
      // Names the attempt that may write the answer; a later attempt may take a dead one over.
      table.uuid('claim').notNullable()
      table.timestamp('claimed_at').notNullable().defaultTo(this.now())
      table.smallint('status').nullable()
      table.text('content_type').nullable()
      table.text('location').nullable()
      // Null although there is a status: the answer was a stream or too large to keep.
      table.text('body').nullable()
      table.timestamp('expires_at').notNullable()
      table.primary(['workspace_id', 'key'])
      table.index('expires_at')
    })
  }

  override async down() {
    this.schema.dropTable('api_idempotency')
  }
}
