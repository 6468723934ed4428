import { BaseSchema } from '@adonisjs/lucid/schema'

/** Which plan a workspace has in each line, and what it has ordered. */
export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('wallet_subscriptions', (table) => {
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.text('line').notNullable()
      table.text('plan').notNullable()
      table.timestamp('since').notNullable()
      table.timestamp('credited_until').notNullable()
      table.primary(['workspace_id', 'line'])
      table.index(['credited_until'])
    })

    this.schema.createTable('wallet_plan_changes', (table) => {
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.uuid('id').notNullable().defaultTo(this.raw('uuidv7()'))
      table.text('line').notNullable()
      table.text('plan').nullable()
      table.timestamp('since').notNullable()
      table.primary(['workspace_id', 'id'])
      table.index(['workspace_id', 'line', 'since'])
    })

    this.schema.createTable('wallet_orders', (table) => {
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.uuid('id').notNullable().defaultTo(this.raw('uuidv7()'))
      table.text('kind').notNullable().checkIn(['pack', 'plan'])
      table.text('line').nullable()
      table.text('plan').nullable()
      table.bigInteger('credit_micros').nullable()
      table.integer('discount_percent').notNullable().defaultTo(0)
      table.bigInteger('price_cents').notNullable()
      table.string('currency', 3).notNullable()
      table.text('status').notNullable().defaultTo('pending')
      table.text('idempotency_key').nullable()
      table.uuid('requested_by').nullable().references('users.id').onDelete('SET NULL')
      table.timestamp('requested_at').notNullable()
      table.uuid('decided_by').nullable().references('users.id').onDelete('SET NULL')
      table.timestamp('decided_at').nullable()
      table.uuid('grant_id').nullable()
      table.primary(['workspace_id', 'id'])
      // The operator of the box settles the orders of every workspace.
      table.unique(['id'])
      table.unique(['workspace_id', 'idempotency_key'])
      table.index(['workspace_id', 'status', 'requested_at'])
      table
        .foreign(['workspace_id', 'grant_id'])
        .references(['workspace_id', 'id'])
        .inTable('wallet_grants')
      table.check("status in ('pending', 'paid', 'cancelled')")
      table.check("(kind = 'pack') = (credit_micros is not null)")
      table.check("(kind = 'plan') = (plan is not null and line is not null)")
    })

    this.schema.raw(
      `create index wallet_orders_pending on wallet_orders (requested_at) where status = 'pending'`
    )

    this.schema.createTable('wallet_tips', (table) => {
      table.uuid('workspace_id').primary().references('workspaces.id').onDelete('CASCADE')
      table.timestamp('ignored_until').notNullable()
    })
  }

  override async down() {
    this.schema.dropTable('wallet_tips')
    this.schema.dropTable('wallet_orders')
    this.schema.dropTable('wallet_plan_changes')
    this.schema.dropTable('wallet_subscriptions')
  }
}
