import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('knowledge_entries', (table) => {
      table.uuid('id').primary().defaultTo(this.raw('uuidv7()'))
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.text('key').notNullable()
      table.text('locale').notNullable()
      table.text('question').notNullable()
      table.text('answer').notNullable()
      table.specificType('keywords', 'text[]').notNullable().defaultTo('{}')
      table.timestamps({ defaultToNow: true, useTimestamps: true })
      table.unique(['workspace_id', 'id'])
      table.unique(['workspace_id', 'key', 'locale'])
    })
  }

  override async down() {
    this.schema.dropTable('knowledge_entries')
  }
}
