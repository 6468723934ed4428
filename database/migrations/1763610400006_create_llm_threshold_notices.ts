import { BaseSchema } from '@adonisjs/lucid/schema'

/** What the operators have been told of a figure, until it is well again. */
export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('llm_threshold_notices', (table) => {
      table.text('figure').primary()
      table.date('day').notNullable()
      table.text('level').notNullable().checkIn(['warn', 'bad'])
    })
  }

  override async down() {
    this.schema.dropTable('llm_threshold_notices')
  }
}
