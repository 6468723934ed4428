import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('agent_settings', (table) => {
      table.uuid('id').primary().defaultTo(this.raw('uuidv7()'))
      table
        .uuid('workspace_id')
        .notNullable()
        .unique()
        .references('workspaces.id')
        .onDelete('CASCADE')
      table.text('name').notNullable()
      // Own words per language, `{ "en": "…", "fr": "…" }`; a language that is absent has the default.
      table.jsonb('greetings').notNullable().defaultTo('{}')
      // Public: it stands in the page of every website that carries the widget.
      table.text('widget_key').notNullable().unique()
      table.specificType('allowed_origins', 'text[]').notNullable().defaultTo('{}')
      table.text('colour').notNullable().defaultTo('#0f766e')
      table.boolean('branding').notNullable().defaultTo(true)
      table.boolean('asks_for_contact').notNullable().defaultTo(true)
      table.timestamps({ defaultToNow: true, useTimestamps: true })
      table.unique(['workspace_id', 'id'])
    })

    this.schema.createTable('page_visits', (table) => {
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      // In the workspace's own time zone.
      table.date('day').notNullable()
      table.integer('visits').notNullable().defaultTo(0)
      table.primary(['workspace_id', 'day'])
    })
  }

  override async down() {
    this.schema.dropTable('page_visits')
    this.schema.dropTable('agent_settings')
  }
}
