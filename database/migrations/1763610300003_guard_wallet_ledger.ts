import { BaseSchema } from '@adonisjs/lucid/schema'

const TABLES = ['wallets', 'wallet_grants', 'wallet_holds', 'wallet_transfers']

/**
 * Only the ledger's functions write its tables: each of them runs with the setting
 * `wallet.writer`, which PostgreSQL puts back when the function returns, and the triggers refuse
 * every statement that comes without it. Transfers are never changed at all. Rows disappear only
 * together with their whole workspace, which leaves every sum that remains intact.
 */
export default class extends BaseSchema {
  override async up() {
    this.schema.raw(`
      create function wallet_refuse_write() returns trigger language plpgsql as $$
      begin
        raise exception using errcode = 'WA003', message = format(
          'E_LEDGER_GUARD: %s on %s is refused; only the ledger functions write it',
          lower(tg_op), tg_table_name);
      end $$`)
    this.schema.raw(`
      create function wallet_refuse_delete() returns trigger language plpgsql as $$
      begin
        if exists (select 1 from workspaces where id = old.workspace_id) then
          raise exception using errcode = 'WA003', message = format(
            'E_LEDGER_GUARD: delete on %s is refused; the ledger only grows', tg_table_name);
        end if;
        return old;
      end $$`)

    for (const table of TABLES) {
      const guarded = table === 'wallet_transfers' ? 'insert' : 'insert or update'
      this.schema.raw(`
        create trigger ${table}_writer before ${guarded} on ${table} for each statement
          when (current_setting('wallet.writer', true) is distinct from 'on')
          execute function wallet_refuse_write()`)
      this.schema.raw(`
        create trigger ${table}_keep before delete on ${table} for each row
          execute function wallet_refuse_delete()`)
      this.schema.raw(`
        create trigger ${table}_truncate before truncate on ${table} for each statement
          execute function wallet_refuse_write()`)
    }
    this.schema.raw(`
      create trigger wallet_transfers_immutable before update on wallet_transfers
        for each statement execute function wallet_refuse_write()`)
  }

  override async down() {
    for (const table of TABLES) {
      this.schema.raw(`drop trigger ${table}_writer on ${table}`)
      this.schema.raw(`drop trigger ${table}_keep on ${table}`)
      this.schema.raw(`drop trigger ${table}_truncate on ${table}`)
    }
    this.schema.raw('drop trigger wallet_transfers_immutable on wallet_transfers')
    this.schema.raw('drop function wallet_refuse_write(), wallet_refuse_delete()')
  }
}
