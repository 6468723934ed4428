import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('notices', (table) => {
      table.uuid('id').primary().defaultTo(this.raw('uuidv7()'))
      table.uuid('workspace_id').notNullable()
      table.uuid('user_id').notNullable()
      table.text('kind').notNullable()
      table.text('title_key').notNullable()
      table.text('body_key').notNullable()
      table.jsonb('data').notNullable().defaultTo('{}')
      table.text('href').nullable()
      table.text('dedupe_key').nullable()
      table.boolean('in_app').notNullable()
      table.timestamp('read_at').nullable()
      table.timestamp('emailed_at').nullable()
      table.timestamp('created_at').notNullable().defaultTo(this.now())
      table.unique(['workspace_id', 'id'])
      table
        .foreign(['workspace_id', 'user_id'])
        .references(['workspace_id', 'user_id'])
        .inTable('memberships')
        .onDelete('CASCADE')
      table.index(['workspace_id', 'user_id', 'id'])
    })
    this.schema.raw(`
      create unique index notices_dedupe on notices (workspace_id, user_id, dedupe_key)
        where dedupe_key is not null;
      create index notices_unread on notices (workspace_id, user_id)
        where read_at is null and in_app;
    `)

    this.schema.createTable('notice_preferences', (table) => {
      table.uuid('workspace_id').notNullable()
      table.uuid('user_id').notNullable()
      table.text('topic').notNullable()
      table.boolean('in_app').notNullable()
      table.boolean('email').notNullable()
      table.primary(['workspace_id', 'user_id', 'topic'])
      table
        .foreign(['workspace_id', 'user_id'])
        .references(['workspace_id', 'user_id'])
        .inTable('memberships')
        .onDelete('CASCADE')
    })
  }

  override async down() {
    this.schema.dropTable('notice_preferences')
    this.schema.dropTable('notices')
  }
}
