import { BaseSchema } from '@adonisjs/lucid/schema'

/**
 * Words for money that comes back: a clawback takes credit whose payment was refunded or is
 * disputed, a restore gives it again, an advance lets a workspace spend beyond its credit up to
 * the limit that its owner has set. New words of an enum cannot be used in the transaction that
 * adds them, therefore they have a migration of their own.
 */
export default class extends BaseSchema {
  override async up() {
    for (const kind of ['clawback', 'restore', 'correction']) {
      this.schema.raw(`alter type wallet_transfer_kind add value if not exists '${kind}'`)
    }
    for (const account of ['receivable', 'suspense']) {
      this.schema.raw(`alter type ledger_account add value if not exists '${account}'`)
    }
    this.schema.raw(`alter type wallet_source add value if not exists 'overage'`)
  }

  /** PostgreSQL cannot take a word out of an enum; unused ones are harmless. */
  override async down() {}
}
