import { BaseSchema } from '@adonisjs/lucid/schema'

/**
 * Offers made by a person: an order's answer holds the price and the month's credit that were
 * agreed, and the subscription keeps them as its terms. Credit of such a plan is one pool that
 * all members of the workspace share, as every wallet is.
 */
export default class extends BaseSchema {
  override async up() {
    this.schema.alterTable('wallet_orders', (table) => {
      table.bigInteger('quoted_usd_micros').nullable()
      table.timestamp('quoted_at').nullable()
    })
    this.schema.alterTable('wallet_subscriptions', (table) => {
      table.jsonb('terms').nullable()
    })
    this.schema.raw(
      `create index wallet_subscriptions_trials on wallet_subscriptions (trial_ends_at)
         where trial_ends_at is not null`
    )
  }

  override async down() {
    this.schema.raw('drop index wallet_subscriptions_trials')
    this.schema.alterTable('wallet_subscriptions', (table) => {
      table.dropColumn('terms')
    })
    this.schema.alterTable('wallet_orders', (table) => {
      table.dropColumns('quoted_usd_micros', 'quoted_at')
    })
  }
}
