import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('llm_local_models', (table) => {
      table.uuid('id').primary().defaultTo(this.raw('uuidv7()'))
      table.text('name').notNullable()
      table.text('path').notNullable().unique()
      table.bigInteger('bytes').notNullable()
      table.text('source').notNullable().checkIn(['file', 'download', 'quantization'])
      table.text('source_url').nullable()
      table.text('sha256').nullable()
      // Null: known, not used. One model at most is used by the box.
      table.text('used_for').nullable().checkIn(['hybrid', 'everything', 'last_resort'])
      table.timestamp('created_at').notNullable().defaultTo(this.now())
    })
    this.schema.raw(
      'create unique index llm_local_models_used on llm_local_models ((true)) where used_for is not null'
    )
  }

  override async down() {
    this.schema.dropTable('llm_local_models')
  }
}
