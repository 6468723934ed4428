import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('llm_attempts', (table) => {
      table.uuid('id').primary()
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      // No foreign key: an attempt is on record before its call has ended.
      table.uuid('call_id').notNullable()
      table.smallint('number').notNullable()
      table.text('class').notNullable().checkIn(['simple', 'standard', 'complex', 'advanced'])
      table.text('provider').notNullable()
      table.text('model').notNullable()
      table.text('model_served').nullable()
      table.text('outcome').notNullable().checkIn(['open', 'answered', 'cut', 'failed'])
      table.text('failure_code').nullable()
      table.integer('status').nullable()
      table.integer('prompt_tokens').notNullable().defaultTo(0)
      table.integer('cached_tokens').notNullable().defaultTo(0)
      table.integer('cache_write_tokens').notNullable().defaultTo(0)
      table.integer('completion_tokens').notNullable().defaultTo(0)
      // `estimated` is suspense: the provider bills it, and has not said how much.
      table.text('usage_source').notNullable().checkIn(['reported', 'estimated', 'none'])
      table.bigInteger('cost_nano').nullable()
      // First day of the price list that the cost was computed with.
      table.text('price_version').nullable()
      table.integer('first_token_ms').nullable()
      table.integer('latency_ms').nullable()
      // What the call's own row needs if the process dies before it is written.
      table.jsonb('pending').nullable()
      table.timestamp('created_at').notNullable().defaultTo(this.now())

      table.unique(['workspace_id', 'id'])
      table.index(['call_id'])
      table.index(['workspace_id', 'created_at'])
      table.index(['created_at'])
    })
    this.schema.raw(
      "create index llm_attempts_open on llm_attempts (created_at) where outcome = 'open'"
    )
    this.schema.alterTable('llm_calls', (table) => {
      // What the same answer would have cost at a provider: from memory or from the box's model.
      table.bigInteger('saved_nano').notNullable().defaultTo(0)
      table.index(['created_at'])
    })
  }

  override async down() {
    this.schema.alterTable('llm_calls', (table) => {
      table.dropIndex(['created_at'])
      table.dropColumn('saved_nano')
    })
    this.schema.dropTable('llm_attempts')
  }
}
