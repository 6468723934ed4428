import { BaseSchema } from '@adonisjs/lucid/schema'

/**
 * The ledger's tables. A wallet is the customer's account for one asset of one workspace and the
 * only row that is locked while money moves. The other accounts (issuance, promotion, cash,
 * revenue, breakage) exist per workspace and asset too, but only as names on transfers: keeping
 * their balances in rows would make every workspace's spending wait for the same row.
 *
 * A transfer is one row with two accounts, so the sum over all accounts is zero by construction,
 * and it can cross neither assets nor workspaces. Rows below a wallet reach `workspaces` through
 * it, which spares every insert a second foreign-key check.
 */
export default class extends BaseSchema {
  override async up() {
    this.schema.raw(
      `create type wallet_asset as enum ('conversation', 'quantization_credit', 'usd')`
    )
    this.schema.raw(`
      create type wallet_source as enum ('plan', 'pack', 'promotion', 'free_trial')`)
    this.schema.raw(`
      create type wallet_hold_status as enum ('open', 'captured', 'released', 'expired')`)
    this.schema.raw(`
      create type wallet_transfer_kind as enum ('grant', 'capture', 'breakage', 'void')`)
    this.schema.raw(`
      create type ledger_account as enum
        ('wallet', 'issuance', 'promotion', 'cash', 'revenue', 'breakage')`)

    this.schema.raw(`
      create table wallets (
        workspace_id uuid not null references workspaces on delete cascade,
        asset wallet_asset not null,
        balance bigint not null default 0 check (balance >= 0),
        version bigint not null default 0,
        created_at timestamptz not null default now(),
        primary key (workspace_id, asset)
      ) with (fillfactor = 50)`)

    // Short checks: PostgreSQL prepares them again for every statement, and longer ones took a
    // quarter of the time of a hold and capture. A bitwise "or" is negative when one part is.
    // What only the creation of a row decides is checked by the functions that create it.
    this.schema.raw(`
      create table wallet_grants (
        workspace_id uuid not null,
        id uuid not null default uuidv7(),
        asset wallet_asset not null,
        source wallet_source not null,
        unlimited boolean not null default false,
        amount bigint not null,
        remaining bigint not null,
        held bigint not null default 0,
        consumed bigint not null default 0,
        expired bigint not null default 0,
        starts_at timestamptz not null,
        expires_at timestamptz not null,
        closed_at timestamptz,
        created_at timestamptz not null,
        details jsonb not null default '{}',
        primary key (workspace_id, id),
        foreign key (workspace_id, asset) references wallets on delete cascade,
        constraint wallet_grants_arithmetic check (
          (remaining | held | consumed | expired) >= 0
          and remaining + held + consumed + expired = amount)
      ) with (fillfactor = 60)`)
    // No amount appears in an index or predicate, so that spending keeps updates heap-only.
    this.schema.raw(`
      create index wallet_grants_open on wallet_grants (workspace_id, asset, expires_at)
        where closed_at is null`)
    this.schema.raw(`
      create index wallet_grants_due on wallet_grants (expires_at) where closed_at is null`)

    // Keys lead their unique indexes: were it the workspace, a planner without fresh statistics
    // would take such an index for a look-up by id and read all rows of the workspace.
    this.schema.raw(`
      create table wallet_holds (
        workspace_id uuid not null,
        id uuid not null default uuidv7(),
        asset wallet_asset not null,
        status wallet_hold_status not null default 'open',
        amount bigint not null,
        captured_amount bigint not null default 0,
        transfer_id uuid,
        expires_at timestamptz not null,
        created_at timestamptz not null,
        resolved_at timestamptz,
        purpose text not null,
        reference_type text,
        reference_id text,
        idempotency_key varchar(255) not null,
        resolution_key varchar(255),
        fingerprint bytea not null,
        grant_ids uuid[] not null,
        grant_amounts bigint[] not null,
        primary key (workspace_id, id),
        foreign key (workspace_id, asset) references wallets on delete cascade,
        constraint wallet_holds_idempotency unique (idempotency_key, workspace_id),
        constraint wallet_holds_arithmetic check (captured_amount <= amount)
      ) with (fillfactor = 70)`)
    this.schema.raw(`
      create index wallet_holds_open on wallet_holds (workspace_id, asset, expires_at)
        where status = 'open'`)
    this.schema.raw(`
      create unique index wallet_holds_release_idempotency
        on wallet_holds (resolution_key, workspace_id) where status = 'released'`)

    this.schema.raw(`
      create table wallet_transfers (
        workspace_id uuid not null,
        id uuid not null default uuidv7(),
        asset wallet_asset not null,
        kind wallet_transfer_kind not null,
        from_account ledger_account not null,
        to_account ledger_account not null,
        amount bigint not null,
        sequence bigint not null,
        balance_after bigint not null,
        created_at timestamptz not null,
        hold_id uuid,
        purpose text not null,
        reference_type text,
        reference_id text,
        idempotency_key varchar(255) not null,
        fingerprint bytea not null,
        grant_ids uuid[] not null,
        grant_amounts bigint[] not null,
        details jsonb not null default '{}',
        primary key (workspace_id, id),
        foreign key (workspace_id, asset) references wallets on delete cascade,
        constraint wallet_transfers_idempotency unique (idempotency_key, workspace_id, kind),
        constraint wallet_transfers_arithmetic check (
          amount > 0 and (from_account = 'wallet') <> (to_account = 'wallet'))
      )`)
    this.schema.raw(`
      create index wallet_transfers_history on wallet_transfers (workspace_id, created_at, id)`)

    this.schema.raw(`
      create view ledger_accounts as
        select workspace_id, asset, account, sum(amount)::bigint as balance
        from (
          select workspace_id, asset, to_account as account, amount from wallet_transfers
          union all
          select workspace_id, asset, from_account, -amount from wallet_transfers
        ) entries
        group by workspace_id, asset, account`)
  }

  override async down() {
    this.schema.raw('drop view ledger_accounts')
    this.schema.raw('drop table wallet_transfers, wallet_holds, wallet_grants, wallets')
    this.schema.raw(`
      drop type ledger_account, wallet_transfer_kind, wallet_hold_status, wallet_source,
        wallet_asset`)
  }
}
