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
    this.schema.raw(`
      create table wallets (
        workspace_id uuid not null references workspaces on delete cascade,
        asset text not null check (asset in ('usd', 'conversation', 'quantization_credit')),
        balance bigint not null default 0 check (balance >= 0),
        version bigint not null default 0,
        created_at timestamptz not null default now(),
        primary key (workspace_id, asset)
      ) with (fillfactor = 50)`)

    this.schema.raw(`
      create table wallet_grants (
        workspace_id uuid not null,
        id uuid not null default uuidv7(),
        asset text not null,
        source text not null check (source in ('plan', 'pack', 'promotion', 'free_trial')),
        amount bigint not null check (amount > 0),
        remaining bigint not null check (remaining >= 0),
        held bigint not null default 0 check (held >= 0),
        consumed bigint not null default 0 check (consumed >= 0),
        expired bigint not null default 0 check (expired >= 0),
        unlimited boolean not null default false,
        starts_at timestamptz not null,
        expires_at timestamptz not null,
        closed_at timestamptz,
        details jsonb not null default '{}',
        created_at timestamptz not null,
        primary key (workspace_id, id),
        foreign key (workspace_id, asset) references wallets on delete cascade,
        check (expires_at > starts_at),
        check (remaining + held + consumed + expired = amount),
        check (closed_at is null or remaining + held = 0)
      ) with (fillfactor = 60)`)
    // No amount appears in an index or predicate, so that spending keeps updates heap-only.
    this.schema.raw(`
      create index wallet_grants_open on wallet_grants (workspace_id, asset, expires_at)
        where closed_at is null`)
    this.schema.raw(`
      create index wallet_grants_due on wallet_grants (expires_at) where closed_at is null`)

    this.schema.raw(`
      create table wallet_holds (
        workspace_id uuid not null,
        id uuid not null default uuidv7(),
        asset text not null,
        amount bigint not null check (amount > 0),
        purpose text not null,
        reference_type text,
        reference_id text,
        idempotency_key text not null check (length(idempotency_key) between 1 and 255),
        fingerprint bytea not null,
        status text not null default 'open'
          check (status in ('open', 'captured', 'released', 'expired')),
        grant_ids uuid[] not null,
        grant_amounts bigint[] not null,
        captured_amount bigint not null default 0 check (captured_amount between 0 and amount),
        transfer_id uuid,
        resolution_key text,
        expires_at timestamptz not null,
        created_at timestamptz not null,
        resolved_at timestamptz,
        primary key (workspace_id, id),
        foreign key (workspace_id, asset) references wallets on delete cascade,
        constraint wallet_holds_idempotency unique (workspace_id, idempotency_key),
        check (cardinality(grant_ids) = cardinality(grant_amounts))
      ) with (fillfactor = 70)`)
    this.schema.raw(`
      create index wallet_holds_open on wallet_holds (workspace_id, asset, expires_at)
        where status = 'open'`)
    this.schema.raw(`
      create unique index wallet_holds_release_idempotency
        on wallet_holds (workspace_id, resolution_key) where status = 'released'`)

    this.schema.raw(`
      create table wallet_transfers (
        workspace_id uuid not null,
        id uuid not null default uuidv7(),
        asset text not null,
        kind text not null check (kind in ('grant', 'capture', 'breakage', 'void')),
        from_account text not null,
        to_account text not null,
        amount bigint not null check (amount > 0),
        sequence bigint not null,
        balance_after bigint not null check (balance_after >= 0),
        idempotency_key text not null check (length(idempotency_key) between 1 and 255),
        fingerprint bytea not null,
        grant_ids uuid[] not null,
        grant_amounts bigint[] not null,
        hold_id uuid,
        purpose text not null,
        reference_type text,
        reference_id text,
        details jsonb not null default '{}',
        created_at timestamptz not null,
        primary key (workspace_id, id),
        foreign key (workspace_id, asset) references wallets on delete cascade,
        constraint wallet_transfers_idempotency unique (workspace_id, kind, idempotency_key),
        check (from_account in ('wallet', 'issuance', 'promotion', 'cash', 'revenue', 'breakage')),
        check (to_account in ('wallet', 'issuance', 'promotion', 'cash', 'revenue', 'breakage')),
        check ((from_account = 'wallet') <> (to_account = 'wallet')),
        check (cardinality(grant_ids) = cardinality(grant_amounts))
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
  }
}
