import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('llm_placeholders', (table) => {
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.text('reference_type').notNullable()
      table.text('reference_id').notNullable()
      // Encrypted: it says who is behind the placeholders.
      table.text('mapping').notNullable()
      table.timestamp('expires_at').notNullable().index()
      table.primary(['workspace_id', 'reference_type', 'reference_id'])
    })

    this.schema.createTable('llm_disclosures', (table) => {
      table.uuid('id').primary().defaultTo(this.raw('uuidv7()'))
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.uuid('call_id').notNullable()
      table.text('purpose').notNullable()
      table.text('provider').notNullable()
      table.text('model').notNullable()
      table.jsonb('counts').notNullable().defaultTo('{}')
      table.text('content').notNullable()
      table.timestamp('created_at').notNullable().defaultTo(this.now())
      table.timestamp('expires_at').notNullable().index()
      table.index(['workspace_id', 'id'])
    })

    this.schema.createTable('llm_privacy_settings', (table) => {
      table.uuid('workspace_id').primary().references('workspaces.id').onDelete('CASCADE')
      table.smallint('keep_days').notNullable().checkBetween([0, 30])
    })
  }

  override async down() {
    this.schema.dropTable('llm_privacy_settings')
    this.schema.dropTable('llm_disclosures')
    this.schema.dropTable('llm_placeholders')
  }
}
