import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('llm_calls', (table) => {
      table.uuid('id').primary()
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.text('purpose').notNullable()
      table.text('reference_type').nullable()
      table.uuid('reference_id').nullable()
      table.text('actor_kind').notNullable().checkIn(['user', 'api_key', 'visitor', 'system'])
      table.text('actor_id').nullable()
      table.text('class').notNullable().checkIn(['simple', 'standard', 'complex', 'advanced'])
      table.text('provider').notNullable()
      table.text('model').notNullable()
      table.text('outcome').notNullable().checkIn(['answered', 'cached', 'cut', 'failed'])
      table.text('failure_code').nullable()
      table.integer('attempts').notNullable().defaultTo(1)
      table.integer('prompt_tokens').notNullable().defaultTo(0)
      table.integer('completion_tokens').notNullable().defaultTo(0)
      table.text('usage_source').notNullable().checkIn(['reported', 'estimated'])
      // Null when nobody has written the model's price down in config/llm.ts.
      table.bigInteger('provider_cost_nano').nullable()
      table.bigInteger('price_micros').notNullable()
      table.uuid('hold_id').nullable()
      table.integer('first_token_ms').nullable()
      table.integer('latency_ms').notNullable()
      table.jsonb('masked_counts').notNullable().defaultTo('{}')
      table.timestamp('created_at').notNullable().defaultTo(this.now())

      table.unique(['workspace_id', 'id'])
      table.index(['workspace_id', 'created_at'])
      table.index(['workspace_id', 'reference_type', 'reference_id'])
    })
  }

  override async down() {
    this.schema.dropTable('llm_calls')
  }
}
