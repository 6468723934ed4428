import { BaseSchema } from '@adonisjs/lucid/schema'

/**
 * Invoices and credit notes, numbered without a gap: the counter is a row that the issuing
 * transaction locks, so a number exists if and only if its invoice does. They outlive their
 * workspace, because a seller has to keep them, and nobody changes one.
 */
export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('wallet_invoice_series', (table) => {
      table.text('series').primary()
      table.integer('last').notNullable()
    })
    this.schema.createTable('wallet_invoices', (table) => {
      table.uuid('id').primary().defaultTo(this.raw('uuidv7()'))
      table.uuid('workspace_id').nullable().references('workspaces.id').onDelete('SET NULL')
      table.text('series').notNullable()
      table.integer('sequence').notNullable()
      table.text('kind').notNullable().checkIn(['invoice', 'credit_note'])
      table.timestamp('issued_at').notNullable()
      table.string('currency', 3).notNullable()
      table.bigInteger('net_cents').notNullable()
      table.bigInteger('vat_cents').notNullable()
      table.integer('vat_basis_points').notNullable()
      table.text('vat_treatment').notNullable()
      table.jsonb('seller').notNullable()
      table.jsonb('customer').notNullable()
      table.jsonb('lines').notNullable()
      table.text('source_key').notNullable().unique()
      table.text('stripe_payment_intent_id').nullable()
      table.uuid('corrects_id').nullable().references('wallet_invoices.id')
      table.unique(['series', 'sequence'])
      table.index(['workspace_id', 'issued_at', 'id'])
      table.index(['stripe_payment_intent_id'])
    })
    this.schema.raw(`
      create function wallet_invoice_is_final() returns trigger language plpgsql as $$
      begin
        if tg_op = 'UPDATE' and new.workspace_id is null
          and to_jsonb(new) - 'workspace_id' = to_jsonb(old) - 'workspace_id' then
          return new;
        end if;
        raise exception using errcode = 'WA003', message =
          'E_LEDGER_GUARD: an invoice is final; correct it with a credit note';
      end $$`)
    this.schema.raw(`
      create trigger wallet_invoices_final before update or delete on wallet_invoices
        for each row execute function wallet_invoice_is_final()`)
  }

  override async down() {
    this.schema.dropTable('wallet_invoices')
    this.schema.raw('drop function wallet_invoice_is_final()')
    this.schema.dropTable('wallet_invoice_series')
  }
}
