import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('password_resets', (table) => {
      // One open reset per person: asking again makes the older link void.
      table.uuid('user_id').primary().references('users.id').onDelete('CASCADE')
      table.text('token_hash').notNullable().unique()
      table.timestamp('expires_at').notNullable()
    })
  }

  override async down() {
    this.schema.dropTable('password_resets')
  }
}
