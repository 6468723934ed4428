import { BaseSchema } from '@adonisjs/lucid/schema'

/**
 * Who pays, with what, and what the payment provider has told. Amounts of money are cents of the
 * currency beside them; credit stays in the ledger.
 */
export default class extends BaseSchema {
  override async up() {
    // The seller is the box itself: one row, kept by its operator.
    this.schema.createTable('wallet_seller', (table) => {
      table.boolean('id').primary().defaultTo(true).checkIn(['true'])
      table.text('name').notNullable()
      table.text('address').notNullable().defaultTo('')
      table.string('country', 2).notNullable()
      table.text('vat_id').nullable()
      table.text('registration').nullable()
      table.timestamp('updated_at').notNullable()
    })

    this.schema.createTable('wallet_customers', (table) => {
      table.uuid('workspace_id').primary().references('workspaces.id').onDelete('CASCADE')
      table.text('name').nullable()
      table.text('address').nullable()
      table.string('country', 2).nullable()
      table.text('vat_id').nullable()
      table.text('email').nullable()
      table.text('stripe_customer_id').nullable().unique()
      table.text('stripe_tax_id').nullable()
      table.text('card_id').nullable()
      table.text('card_brand').nullable()
      table.text('card_last4').nullable()
      table.text('card_expires').nullable()
      table.timestamp('updated_at').notNullable()
    })

    this.schema.alterTable('wallet_orders', (table) => {
      table.text('channel').notNullable().defaultTo('manual')
      table.bigInteger('vat_cents').notNullable().defaultTo(0)
      table.integer('vat_basis_points').notNullable().defaultTo(0)
      table.text('vat_treatment').nullable()
      table.integer('engagement_months').notNullable().defaultTo(1)
      table.bigInteger('setup_cents').notNullable().defaultTo(0)
      table.text('payment_state').notNullable().defaultTo('open')
      table.text('failure').nullable()
      table.text('stripe_session_id').nullable().unique()
      table.integer('stripe_attempt').notNullable().defaultTo(0)
    })
    this.schema.raw(`
      alter table wallet_orders
        add constraint wallet_orders_channel check (channel in ('manual', 'stripe')),
        add constraint wallet_orders_payment_state check (payment_state in
          ('open', 'unknown', 'processing', 'failed', 'mismatch', 'settled'))`)
    this.schema.raw(
      `create index wallet_orders_unsettled on wallet_orders (requested_at)
         where channel = 'stripe' and payment_state in ('unknown', 'processing')`
    )

    this.schema.alterTable('wallet_subscriptions', (table) => {
      table.text('stripe_subscription_id').nullable().unique()
      table.timestamp('stripe_created').nullable()
      table.text('stripe_status').nullable()
      // Up to when the plan's price is paid; null when nobody bills it through Stripe.
      table.timestamp('paid_until').nullable()
      table.timestamp('engaged_until').nullable()
      table.timestamp('ends_at').nullable()
      table.text('next_plan').nullable()
      table.timestamp('trial_ends_at').nullable()
      table.text('trial_from').nullable()
    })

    this.schema.createTable('wallet_trials', (table) => {
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.text('line').notNullable()
      table.text('plan').notNullable()
      table.timestamp('started_at').notNullable()
      table.timestamp('ends_at').notNullable()
      table.primary(['workspace_id', 'line'])
    })

    // One row per payment. What is taken back of it is recomputed from Stripe's current figures.
    this.schema.createTable('wallet_payments', (table) => {
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.uuid('id').notNullable().defaultTo(this.raw('uuidv7()'))
      table.text('stripe_payment_intent_id').notNullable().unique()
      table.text('stripe_invoice_id').nullable()
      table.uuid('order_id').nullable()
      table.bigInteger('amount_cents').notNullable()
      table.string('currency', 3).notNullable()
      table.bigInteger('refunded_cents').notNullable().defaultTo(0)
      table.bigInteger('disputed_cents').notNullable().defaultTo(0)
      table.text('dispute_status').nullable()
      table.specificType('grant_ids', 'uuid[]').notNullable().defaultTo('{}')
      // Later purchases that pay for credit which was spent before its payment came back.
      table.specificType('recovery_grant_ids', 'uuid[]').notNullable().defaultTo('{}')
      // Credit to take back that was spent already, by the smallest unit of its asset.
      table.bigInteger('shortfall').notNullable().defaultTo(0)
      table.timestamp('paid_at').notNullable()
      table.timestamp('updated_at').notNullable()
      table.primary(['workspace_id', 'id'])
      table.index(['workspace_id', 'paid_at'])
      table.check('amount_cents >= 0 and refunded_cents >= 0 and disputed_cents >= 0')
    })
    this.schema.raw(
      `create index wallet_payments_short on wallet_payments (updated_at) where shortfall > 0`
    )

    // What Stripe has announced, once per event. Its content is not kept: handling an event
    // fetches the object as it is now, so that neither order nor repetition matters.
    this.schema.createTable('stripe_events', (table) => {
      table.text('id').primary()
      table.text('type').notNullable()
      table.text('business_key').notNullable()
      table.text('subject').nullable()
      table.text('subject_id').nullable()
      table.timestamp('created_at').notNullable()
      table.timestamp('received_at').notNullable()
      table.timestamp('processed_at').nullable()
      table.integer('attempts').notNullable().defaultTo(0)
      table.text('error').nullable()
      table.index(['received_at'])
      table.index(['business_key'])
    })
    this.schema.raw(
      `create index stripe_events_waiting on stripe_events (received_at)
         where processed_at is null`
    )
  }

  override async down() {
    this.schema.dropTable('stripe_events')
    this.schema.dropTable('wallet_payments')
    this.schema.dropTable('wallet_trials')
    this.schema.alterTable('wallet_subscriptions', (table) => {
      table.dropColumns(
        'stripe_subscription_id',
        'stripe_created',
        'stripe_status',
        'paid_until',
        'engaged_until',
        'ends_at',
        'next_plan',
        'trial_ends_at',
        'trial_from'
      )
    })
    this.schema.raw('drop index wallet_orders_unsettled')
    this.schema.alterTable('wallet_orders', (table) => {
      table.dropColumns(
        'channel',
        'vat_cents',
        'vat_basis_points',
        'vat_treatment',
        'engagement_months',
        'setup_cents',
        'payment_state',
        'failure',
        'stripe_session_id',
        'stripe_attempt'
      )
    })
    this.schema.dropTable('wallet_customers')
    this.schema.dropTable('wallet_seller')
  }
}
