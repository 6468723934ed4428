import { BaseSchema } from '@adonisjs/lucid/schema'

/** Sessions that do not fit into a cookie: a refused form with a long text, for one request. */
export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('session_overflow', (table) => {
      table.uuid('id').primary()
      // JSON as text: it may hold characters that jsonb refuses.
      table.text('data').notNullable()
      table.timestamp('expires_at').notNullable().index()
    })
  }

  override async down() {
    this.schema.dropTable('session_overflow')
  }
}
