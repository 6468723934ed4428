import { BaseSchema } from '@adonisjs/lucid/schema'

/** Parts that the ledger's public functions share. */
export default class extends BaseSchema {
  override async up() {
    // One lock per workspace and asset. Whoever takes several locks takes the assets in
    // alphabetical order, so that two transactions never wait for each other.
    this.schema.raw(`
      create function wallet_lock(p_workspace uuid, p_asset wallet_asset) returns void
      language plpgsql as $$
      begin
        perform 1 from wallets where workspace_id = p_workspace and asset = p_asset
          for no key update;
        if not found then
          raise exception using errcode = 'WA001', message = format(
            'E_WALLET_UNKNOWN: workspace %s has no %s wallet', p_workspace, p_asset);
        end if;
      end $$`)

    this.schema.raw(`
      create function wallet_record(
        p_workspace uuid, p_asset wallet_asset, p_kind wallet_transfer_kind, p_from ledger_account, p_to ledger_account, p_amount bigint,
        p_key text, p_fingerprint bytea, p_grant_ids uuid[], p_grant_amounts bigint[],
        p_hold uuid, p_purpose text, p_reference_type text, p_reference_id text,
        p_details jsonb, p_now timestamptz
      ) returns uuid language plpgsql as $$
      declare
        v_balance bigint;
        v_version bigint;
        v_id uuid := uuidv7();
      begin
        update wallets set
          balance = balance + case when p_to = 'wallet' then p_amount else -p_amount end,
          version = version + 1
          where workspace_id = p_workspace and asset = p_asset
          returning balance, version into v_balance, v_version;
        insert into wallet_transfers (
          workspace_id, id, asset, kind, from_account, to_account, amount, sequence,
          balance_after, idempotency_key, fingerprint, grant_ids, grant_amounts, hold_id,
          purpose, reference_type, reference_id, details, created_at)
        values (
          p_workspace, v_id, p_asset, p_kind, p_from, p_to, p_amount, v_version,
          v_balance, p_key, p_fingerprint, p_grant_ids, p_grant_amounts, p_hold,
          p_purpose, p_reference_type, p_reference_id, coalesce(p_details, '{}'), p_now);
        return v_id;
      end $$`)

    // Gives a hold's parts back to exactly the grants that they came from.
    this.schema.raw(`
      create function wallet_return_parts(p_hold wallet_holds) returns void
      language plpgsql as $$
      begin
        for i in 1 .. cardinality(p_hold.grant_ids) loop
          update wallet_grants set
            held = held - p_hold.grant_amounts[i],
            remaining = remaining + p_hold.grant_amounts[i]
            where workspace_id = p_hold.workspace_id and id = p_hold.grant_ids[i];
        end loop;
      end $$`)

    // Caller holds the wallet's lock.
    this.schema.raw(`
      create function wallet_release_expired(
        p_workspace uuid, p_asset wallet_asset, p_now timestamptz
      ) returns integer language plpgsql set wallet.writer = 'on' as $$
      declare
        v_hold wallet_holds;
        v_count integer := 0;
      begin
        perform wallet_lock(p_workspace, p_asset);
        for v_hold in
          select * from wallet_holds
          where workspace_id = p_workspace and asset = p_asset
            and status = 'open' and expires_at <= p_now
        loop
          perform wallet_return_parts(v_hold);
          update wallet_holds set status = 'expired', resolved_at = p_now
            where workspace_id = p_workspace and id = v_hold.id;
          v_count := v_count + 1;
        end loop;
        return v_count;
      end $$`)

    // Writes the highest line that is newly crossed, once per period unless a purchase cleared
    // it. 100 % is all credit that is valid now: included, bought and given. Caller holds the
    // lock, which makes "once" true.
    this.schema.raw(`
      create function wallet_raise_alert(
        p_workspace uuid, p_asset wallet_asset, p_percent bigint, p_granted bigint, p_available bigint,
        p_now timestamptz
      ) returns uuid language plpgsql as $$
      declare
        v_threshold integer := case
          when p_percent >= 100 then 100 when p_percent >= 95 then 95
          when p_percent >= 80 then 80 end;
        v_period date;
        v_id uuid;
      begin
        if v_threshold is null then return null; end if;
        select date_trunc('month', p_now at time zone timezone)::date into v_period
          from workspaces where id = p_workspace;
        if exists (
          select 1 from wallet_alerts
          where workspace_id = p_workspace and asset = p_asset and period_start = v_period
            and cleared_at is null and threshold >= v_threshold
        ) then return null; end if;
        insert into wallet_alerts (
          workspace_id, asset, period_start, threshold, granted, available, created_at)
        values (
          p_workspace, p_asset, v_period, v_threshold, p_granted, p_available, p_now)
        returning id into v_id;
        return v_id;
      end $$`)

    this.schema.raw(`
      create function wallet_check_alert(
        p_workspace uuid, p_asset wallet_asset, p_refused boolean, p_now timestamptz
      ) returns uuid language plpgsql as $$
      declare
        v_granted bigint;
        v_consumed bigint;
        v_remaining bigint;
        v_unlimited boolean;
      begin
        select coalesce(sum(amount), 0), coalesce(sum(consumed), 0),
            coalesce(sum(remaining), 0), coalesce(bool_or(unlimited), false)
          into v_granted, v_consumed, v_remaining, v_unlimited
          from wallet_grants
          where workspace_id = p_workspace and asset = p_asset and closed_at is null
            and expires_at > p_now and starts_at <= p_now;
        if v_unlimited or (not p_refused and v_consumed * 5 < v_granted * 4) then
          return null;
        end if;
        return wallet_raise_alert(
          p_workspace, p_asset,
          case when p_refused or v_granted = 0 then 100 else v_consumed * 100 / v_granted end,
          v_granted, v_remaining, p_now);
      end $$`)
  }

  override async down() {
    this.schema.raw('drop function wallet_check_alert(uuid, wallet_asset, boolean, timestamptz)')
    this.schema.raw(
      'drop function wallet_raise_alert(uuid, wallet_asset, bigint, bigint, bigint, timestamptz)'
    )
    this.schema.raw('drop function wallet_release_expired(uuid, wallet_asset, timestamptz)')
    this.schema.raw('drop function wallet_return_parts(wallet_holds)')
    this.schema.raw('drop function wallet_record')
    this.schema.raw('drop function wallet_lock(uuid, wallet_asset)')
  }
}
