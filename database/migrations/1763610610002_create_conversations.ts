import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('conversations', (table) => {
      table.uuid('id').primary().defaultTo(this.raw('uuidv7()'))
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.text('channel').notNullable().checkIn(['widget', 'portal', 'api'])
      table.text('locale').notNullable().checkIn(['en', 'fr'])
      table.text('status').notNullable().defaultTo('open').checkIn(['open', 'handoff', 'closed'])
      // Random mark of a browser; knows nothing about the person.
      table.text('visitor_id').nullable()
      table.text('visitor_name').nullable()
      table.text('visitor_email').nullable()
      table.text('visitor_phone').nullable()
      table.uuid('prospect_id').nullable()
      table.uuid('deal_id').nullable()
      table.text('subject').nullable()
      table.integer('visitor_messages').notNullable().defaultTo(0)
      table.bigInteger('cost_micros').notNullable().defaultTo(0)
      table
        .text('unit_state')
        .notNullable()
        .defaultTo('none')
        .checkIn(['none', 'held', 'captured', 'uncovered'])
      table.uuid('unit_hold_id').nullable()
      table.timestamp('first_message_at').nullable()
      table.timestamp('last_message_at').nullable()
      table.timestamp('lead_at').nullable()
      table.timestamp('handoff_at').nullable()
      table.timestamps({ defaultToNow: true, useTimestamps: true })
      table.unique(['workspace_id', 'id'])
      table.index(['workspace_id', 'visitor_id'])
    })
    // The inbox shows conversations in which something was said, newest first.
    this.schema.raw(`
      create index conversations_inbox on conversations (workspace_id, last_message_at desc, id desc)
        where last_message_at is not null`)
    this.schema.raw(`
      create index conversations_first_message on conversations (workspace_id, first_message_at)
        where first_message_at is not null`)
    // How many wait for a person: asked on every page of the inbox.
    this.schema.raw(`
      create index conversations_waiting on conversations (workspace_id)
        where status = 'handoff'`)
    this.schema.raw(`
      create index conversations_prospect on conversations (workspace_id, prospect_id)
        where prospect_id is not null`)
    this.schema.raw(`
      create index conversations_deal on conversations (workspace_id, deal_id)
        where deal_id is not null`)

    this.schema.createTable('messages', (table) => {
      table.uuid('id').primary().defaultTo(this.raw('uuidv7()'))
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.uuid('conversation_id').notNullable()
      table.text('role').notNullable().checkIn(['visitor', 'agent', 'human', 'system'])
      // What an agent's message is: greeting, an intent of the catalogue, contact, handoff …
      table.text('kind').nullable()
      table.text('text').notNullable()
      table.jsonb('products').notNullable().defaultTo('[]')
      table.jsonb('sources').notNullable().defaultTo('[]')
      table.bigInteger('cost_micros').notNullable().defaultTo(0)
      table.text('class').nullable()
      table.text('engine').nullable().checkIn(['grounded', 'model'])
      table.integer('first_word_ms').nullable()
      table.integer('latency_ms').nullable()
      // The visitor's message that this one answers: at most one answer each.
      table.uuid('reply_to').nullable()
      table.uuid('author_id').nullable().references('users.id').onDelete('SET NULL')
      table.text('idempotency_key').nullable()
      // Of a visitor's message: waiting for the agent, answered, or left to a person.
      table.text('state').nullable().checkIn(['pending', 'answered', 'human'])
      // Until then one process is at work on the answer.
      table.timestamp('claimed_until').nullable()
      table.timestamp('created_at').notNullable().defaultTo(this.raw('clock_timestamp()'))
      table.unique(['workspace_id', 'id'])
      table.index(['workspace_id', 'conversation_id', 'id'])
    })
    this.schema.raw(`
      alter table messages
        add foreign key (workspace_id, conversation_id)
          references conversations (workspace_id, id) on delete cascade`)
    this.schema.raw(`
      create unique index messages_one_answer on messages (workspace_id, reply_to)
        where reply_to is not null`)
    this.schema.raw(`
      create unique index messages_idempotency
        on messages (workspace_id, conversation_id, idempotency_key)
        where idempotency_key is not null`)
    this.schema.raw(`
      create index messages_pending on messages (claimed_until) where state = 'pending'`)
    this.schema.raw(`
      create index messages_answers on messages (workspace_id, created_at)
        where role = 'agent'`)
    this.schema.raw(`
      create index messages_unanswered on messages (workspace_id, created_at)
        where kind in ('not_found', 'unclear')`)
  }

  override async down() {
    this.schema.dropTable('messages')
    this.schema.dropTable('conversations')
  }
}
