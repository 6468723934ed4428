import { BaseSchema } from '@adonisjs/lucid/schema'

/**
 * Hold and capture for a busy box: the usual case (one grant has enough) is two statements less,
 * and rows below a wallet no longer ask for it by foreign key on every insert. The functions are
 * their only writers and hold the wallet's lock, so the row is there; a trigger takes them along
 * when their workspace goes.
 *
 * Spending beyond the credit: a workspace whose owner has set a limit gets what is missing as an
 * advance, a grant of the source `overage` from the account `receivable`, so that grants remain
 * the only thing that is spent and no balance goes below zero.
 */
export default class extends BaseSchema {
  override async up() {
    this.schema.raw(`alter table wallet_holds drop constraint wallet_holds_workspace_id_asset_fkey`)
    this.schema.raw(
      `alter table wallet_transfers drop constraint wallet_transfers_workspace_id_asset_fkey`
    )
    this.schema.raw(`
      create function wallet_take_rows_along() returns trigger language plpgsql as $$
      begin
        delete from wallet_holds where workspace_id = old.workspace_id and asset = old.asset;
        delete from wallet_transfers where workspace_id = old.workspace_id and asset = old.asset;
        return null;
      end $$`)
    this.schema.raw(`
      create trigger wallets_take_rows_along after delete on wallets for each row
        execute function wallet_take_rows_along()`)

    this.schema.raw(`
      create table wallet_limits (
        workspace_id uuid primary key references workspaces on delete cascade,
        overage_micros bigint not null default 0 check (overage_micros >= 0),
        hourly_micros bigint check (hourly_micros > 0),
        updated_by uuid references users on delete set null,
        updated_at timestamptz not null default now()
      )`)

    // How much of the month's advance is still open to a workspace: none while a bill for an
    // earlier one is unpaid. Caller holds the lock.
    this.schema.raw(`
      create function wallet_advance_left(p_workspace uuid, p_asset wallet_asset, p_now timestamptz)
      returns bigint language sql stable as $$
        select greatest(0, l.overage_micros - coalesce((
            select sum(g.amount - g.expired) from wallet_grants g
            where g.workspace_id = p_workspace and g.asset = 'usd' and g.source = 'overage'
              and g.closed_at is null and g.expires_at > p_now), 0))::bigint
          from wallet_limits l
          where l.workspace_id = p_workspace and p_asset = 'usd' and not exists (
            select 1 from wallet_orders o where o.workspace_id = p_workspace
              and o.kind = 'overage' and o.status = 'pending')
      $$`)

    // Grants what is missing from the account of what the workspace owes, to the month's end.
    this.schema.raw(`
      create function wallet_advance(
        p_workspace uuid, p_asset wallet_asset, p_missing bigint, p_key text, p_now timestamptz
      ) returns boolean language plpgsql as $$
      declare
        v_grant uuid := uuidv7();
        v_end timestamptz;
      begin
        if coalesce(wallet_advance_left(p_workspace, p_asset, p_now), 0) < p_missing then
          return false;
        end if;
        select (date_trunc('month', p_now at time zone timezone) + interval '1 month')
            at time zone timezone
          into v_end from workspaces where id = p_workspace;
        insert into wallet_grants (
          workspace_id, id, asset, source, amount, remaining, starts_at, expires_at, details,
          created_at)
        values (
          p_workspace, v_grant, p_asset, 'overage', p_missing, p_missing, p_now, v_end, '{}',
          p_now);
        perform wallet_record(
          p_workspace, p_asset, 'grant', 'receivable', 'wallet', p_missing,
          'advance:' || p_key, sha256(convert_to(format('%L %L', p_asset, p_missing), 'UTF8')),
          array[v_grant], array[p_missing], null, 'overage', 'grant', v_grant::text, '{}', p_now);
        return true;
      end $$`)

    this.schema.raw(`
      create or replace function wallet_hold(
        p_workspace uuid, p_asset wallet_asset, p_amount bigint, p_purpose text, p_key text,
        p_ttl_seconds integer, p_reference_type text, p_reference_id text, p_now timestamptz,
        out outcome text, out hold_id uuid, out available bigint
      ) language plpgsql set wallet.writer = 'on' as $$
      declare
        v_fingerprint bytea := sha256(convert_to(format('%L %L %L %L %L',
          p_asset, p_amount, p_purpose, p_reference_type, p_reference_id), 'UTF8'));
        v_known bytea;
        v_need bigint;
        v_take bigint;
        v_first uuid;
        v_ids uuid[];
        v_amounts bigint[];
        v_grant record;
      begin
        if p_amount <= 0 then
          raise exception using errcode = 'WA004',
            message = 'E_INVALID_AMOUNT: a hold is above zero';
        end if;
        perform 1 from wallets where workspace_id = p_workspace and asset = p_asset
          for no key update;
        if not found then perform wallet_lock(p_workspace, p_asset); end if;

        select id, fingerprint into hold_id, v_known from wallet_holds
          where workspace_id = p_workspace and idempotency_key = p_key;
        if found then
          if v_known <> v_fingerprint then
            raise exception using errcode = 'WA002',
              message = 'E_IDEMPOTENCY_CONFLICT: this key was used for another hold';
          end if;
          outcome := 'ok';
          return;
        end if;

        -- The usual case: the grant that is next in the burn order has enough.
        update wallet_grants g set remaining = g.remaining - p_amount, held = g.held + p_amount
          where g.workspace_id = p_workspace and g.remaining >= p_amount and g.id = (
            select n.id from wallet_grants n
            where n.workspace_id = p_workspace and n.asset = p_asset and n.closed_at is null
              and n.expires_at > p_now and n.starts_at <= p_now and n.remaining > 0
            order by (n.source = 'overage'), n.expires_at, (n.source = 'pack'), n.id limit 1)
          returning g.id into v_first;
        if found then
          v_ids := array[v_first];
          v_amounts := array[p_amount];
        else
          -- Expired holds give back, then an advance fills in, only when money is short.
          for v_round in 1 .. 3 loop
            v_need := p_amount;
            v_ids := '{}';
            v_amounts := '{}';
            for v_grant in
              select id, remaining from wallet_grants
              where workspace_id = p_workspace and asset = p_asset and closed_at is null
                and expires_at > p_now and starts_at <= p_now and remaining > 0
              order by (source = 'overage'), expires_at, (source = 'pack'), id
            loop
              v_take := least(v_grant.remaining, v_need);
              v_ids := v_ids || v_grant.id;
              v_amounts := v_amounts || v_take;
              v_need := v_need - v_take;
              exit when v_need = 0;
            end loop;
            exit when v_need = 0 or v_round = 3;
            continue when v_round = 1
              and wallet_release_expired(p_workspace, p_asset, p_now) > 0;
            exit when not wallet_advance(p_workspace, p_asset, v_need, p_key, p_now);
          end loop;

          if v_need > 0 then
            outcome := 'insufficient_credit';
            available := p_amount - v_need;
            return;
          end if;
          for i in 1 .. cardinality(v_ids) loop
            update wallet_grants set
              remaining = remaining - v_amounts[i], held = held + v_amounts[i]
              where workspace_id = p_workspace and id = v_ids[i];
          end loop;
        end if;

        hold_id := uuidv7();
        insert into wallet_holds (
          workspace_id, id, asset, amount, purpose, reference_type, reference_id,
          idempotency_key, fingerprint, grant_ids, grant_amounts, expires_at, created_at)
        values (
          p_workspace, hold_id, p_asset, p_amount, p_purpose, p_reference_type, p_reference_id,
          p_key, v_fingerprint, v_ids, v_amounts,
          p_now + make_interval(secs => p_ttl_seconds), p_now);
        outcome := 'ok';
      end $$`)

    // `p_suspense`: the true cost is not known yet (a stream that was cut); see wallet_correct.
    this.schema.raw('drop function wallet_capture')
    this.schema.raw(`
      create function wallet_capture(
        p_workspace uuid, p_hold uuid, p_amount bigint, p_key text, p_details jsonb,
        p_now timestamptz, p_suspense boolean default false,
        out outcome text, out transfer_id uuid, out alert_id uuid
      ) language plpgsql set wallet.writer = 'on' as $$
      declare
        v_hold wallet_holds;
        v_left bigint := p_amount;
        v_take bigint;
        v_ids uuid[] := '{}';
        v_amounts bigint[] := '{}';
        v_late record;
      begin
        if p_amount < 0 then
          raise exception using errcode = 'WA004',
            message = 'E_INVALID_AMOUNT: a capture is not negative';
        end if;
        perform 1 from wallets where workspace_id = p_workspace and asset = (
            select h.asset from wallet_holds h where h.workspace_id = p_workspace and h.id = p_hold)
          for no key update;
        select * into v_hold from wallet_holds h
          where h.workspace_id = p_workspace and h.id = p_hold;
        if not found then
          outcome := 'hold_not_open';
          return;
        end if;

        if v_hold.resolution_key = p_key then
          if v_hold.captured_amount <> p_amount then
            raise exception using errcode = 'WA002',
              message = 'E_IDEMPOTENCY_CONFLICT: this key captured another amount';
          end if;
          outcome := 'ok';
          transfer_id := v_hold.transfer_id;
          return;
        end if;
        if v_hold.status in ('captured', 'released') or v_hold.resolution_key is not null then
          outcome := 'hold_not_open';
          return;
        end if;
        if p_amount > v_hold.amount then
          outcome := 'exceeds_hold';
          return;
        end if;

        -- An expired hold is gone. Its late capture is a new debit, if the money is there.
        if v_hold.status = 'open' and v_hold.expires_at <= p_now then
          perform wallet_return_parts(v_hold);
          update wallet_holds h set status = 'expired', resolved_at = p_now
            where h.workspace_id = p_workspace and h.id = p_hold;
          v_hold.status := 'expired';
        end if;
        if v_hold.status = 'expired' then
          for v_late in
            select id, remaining from wallet_grants
            where workspace_id = p_workspace and asset = v_hold.asset and closed_at is null
              and expires_at > p_now and starts_at <= p_now and remaining > 0
            order by (source = 'overage'), expires_at, (source = 'pack'), id
          loop
            exit when v_left = 0;
            v_take := least(v_late.remaining, v_left);
            v_ids := v_ids || v_late.id;
            v_amounts := v_amounts || v_take;
            v_left := v_left - v_take;
          end loop;
          if v_left > 0 then
            outcome := 'hold_not_open';
            return;
          end if;
          for i in 1 .. cardinality(v_ids) loop
            update wallet_grants set
              remaining = remaining - v_amounts[i], consumed = consumed + v_amounts[i]
              where workspace_id = p_workspace and id = v_ids[i];
          end loop;
        else
          for i in 1 .. cardinality(v_hold.grant_ids) loop
            v_take := least(v_hold.grant_amounts[i], v_left);
            v_left := v_left - v_take;
            update wallet_grants set
              held = held - v_hold.grant_amounts[i],
              consumed = consumed + v_take,
              remaining = remaining + v_hold.grant_amounts[i] - v_take
              where workspace_id = p_workspace and id = v_hold.grant_ids[i];
            if v_take > 0 then
              v_ids := v_ids || v_hold.grant_ids[i];
              v_amounts := v_amounts || v_take;
            end if;
          end loop;
        end if;

        if p_amount > 0 then
          transfer_id := wallet_record(
            p_workspace, v_hold.asset, 'capture', 'wallet',
            (case when p_suspense then 'suspense' else 'revenue' end)::ledger_account,
            p_amount, p_key,
            sha256(convert_to(format('%L %L', p_hold, p_amount), 'UTF8')), v_ids, v_amounts,
            p_hold, v_hold.purpose, v_hold.reference_type, v_hold.reference_id, p_details, p_now);
        end if;
        update wallet_holds h set
          status = (case
            when h.status = 'expired' then 'expired'
            when p_amount = 0 then 'released' else 'captured' end)::wallet_hold_status,
          captured_amount = p_amount, transfer_id = wallet_capture.transfer_id,
          resolution_key = p_key, resolved_at = p_now
          where h.workspace_id = p_workspace and h.id = p_hold;
        if p_amount > 0 then
          alert_id := wallet_check_alert(p_workspace, v_hold.asset, false, p_now);
        end if;
        outcome := 'ok';
      end $$`)

    // Gives back what an estimate had taken too much, once the true cost is known; never takes
    // more. Once per capture.
    this.schema.raw(`
      create function wallet_correct(
        p_workspace uuid, p_transfer uuid, p_amount bigint, p_expires timestamptz,
        p_now timestamptz,
        out outcome text, out returned bigint
      ) language plpgsql set wallet.writer = 'on' as $$
      declare
        v_capture wallet_transfers;
        v_grant wallet_grants;
        v_left bigint;
        v_take bigint;
        v_ids uuid[] := '{}';
        v_amounts bigint[] := '{}';
        v_ended_ids uuid[] := '{}';
        v_ended_amounts bigint[] := '{}';
        v_ended bigint;
      begin
        select * into v_capture from wallet_transfers t
          where t.workspace_id = p_workspace and t.id = p_transfer and t.kind = 'capture'
            and t.to_account = 'suspense';
        if not found then
          outcome := 'not_estimated';
          return;
        end if;
        perform wallet_lock(p_workspace, v_capture.asset);
        outcome := 'ok';
        select t.amount into returned from wallet_transfers t
          where t.workspace_id = p_workspace and t.kind = 'correction'
            and t.idempotency_key = 'correct:' || p_transfer;
        if found then return; end if;
        returned := greatest(0, v_capture.amount - p_amount);
        v_left := returned;
        if v_left = 0 then return; end if;

        for i in reverse cardinality(v_capture.grant_ids) .. 1 loop
          v_take := least(v_capture.grant_amounts[i], v_left);
          exit when v_take = 0;
          v_left := v_left - v_take;
          update wallet_grants g set consumed = g.consumed - v_take,
            remaining = g.remaining + case when g.closed_at is null then v_take else 0 end,
            expired = g.expired + case when g.closed_at is null then 0 else v_take end
            where g.workspace_id = p_workspace and g.id = v_capture.grant_ids[i]
            returning * into v_grant;
          v_ids := v_ids || v_grant.id;
          v_amounts := v_amounts || v_take;
          if v_grant.closed_at is not null then
            v_ended_ids := v_ended_ids || v_grant.id;
            v_ended_amounts := v_ended_amounts || v_take;
          end if;
        end loop;
        perform wallet_record(
          p_workspace, v_capture.asset, 'correction', 'suspense', 'wallet', returned,
          'correct:' || p_transfer,
          sha256(convert_to(format('%L %L', p_transfer, p_amount), 'UTF8')),
          v_ids, v_amounts, v_capture.hold_id, 'correction', 'transfer', p_transfer::text, '{}',
          p_now);
        -- A grant that has ended cannot be spent: its part comes back as a new one.
        v_ended := coalesce((select sum(part) from unnest(v_ended_amounts) part), 0);
        if v_ended > 0 then
          perform wallet_record(
            p_workspace, v_capture.asset, 'void', 'wallet', 'issuance', v_ended,
            'correct-ended:' || p_transfer,
            sha256(convert_to(format('%L %L', p_transfer, v_ended), 'UTF8')),
            v_ended_ids, v_ended_amounts, null, 'correction', 'transfer', p_transfer::text, '{}',
            p_now);
          perform wallet_grant(
            p_workspace, v_capture.asset, v_ended, 'plan', p_now, p_expires,
            'correct-again:' || p_transfer, false,
            jsonb_build_object('corrected', p_transfer), p_now);
        end if;
      end $$`)

    // What is taken back of a grant does not count as granted.
    this.schema.raw(`
      create or replace function wallet_check_alert(
        p_workspace uuid, p_asset wallet_asset, p_refused boolean, p_now timestamptz
      ) returns uuid language plpgsql as $$
      declare
        v_granted bigint;
        v_consumed bigint;
        v_remaining bigint;
        v_unlimited boolean;
      begin
        select coalesce(sum(amount - expired), 0), coalesce(sum(consumed), 0),
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
    this.schema.raw(`
      create or replace function wallet_grant(
        p_workspace uuid, p_asset wallet_asset, p_amount bigint, p_source wallet_source, p_starts timestamptz,
        p_expires timestamptz, p_key text, p_unlimited boolean, p_details jsonb,
        p_now timestamptz,
        out grant_id uuid, out transfer_id uuid
      ) language plpgsql set wallet.writer = 'on' as $$
      declare
        v_fingerprint bytea := sha256(convert_to(format('%L %L %L %s %s %L', p_asset, p_amount,
          p_source, extract(epoch from p_starts), extract(epoch from p_expires),
          p_unlimited), 'UTF8'));
        v_known bytea;
        v_percent bigint;
      begin
        if p_amount <= 0 or p_expires <= p_starts then
          raise exception using errcode = 'WA004', message =
            'E_INVALID_GRANT: a grant has an amount above zero and ends after it starts';
        end if;
        insert into wallets (workspace_id, asset) values (p_workspace, p_asset)
          on conflict do nothing;
        perform wallet_lock(p_workspace, p_asset);

        select t.fingerprint, t.grant_ids[1], t.id into v_known, grant_id, transfer_id
          from wallet_transfers t
          where t.workspace_id = p_workspace and t.kind = 'grant' and t.idempotency_key = p_key;
        if found then
          if v_known <> v_fingerprint then
            raise exception using errcode = 'WA002',
              message = 'E_IDEMPOTENCY_CONFLICT: this key was used for another grant';
          end if;
          return;
        end if;

        grant_id := uuidv7();
        insert into wallet_grants (
          workspace_id, id, asset, source, amount, remaining, unlimited, starts_at, expires_at,
          details, created_at)
        values (
          p_workspace, grant_id, p_asset, p_source, p_amount, p_amount, p_unlimited, p_starts,
          p_expires, coalesce(p_details, '{}'), p_now);
        transfer_id := wallet_record(
          p_workspace, p_asset, 'grant',
          (case p_source when 'plan' then 'issuance' when 'pack' then 'cash'
            else 'promotion' end)::ledger_account,
          'wallet', p_amount, p_key, v_fingerprint, array[grant_id], array[p_amount], null,
          p_source::text, 'grant', grant_id::text, p_details, p_now);

        -- More credit takes the wallet back below a line: that line is armed again.
        select case when bool_or(unlimited) then 0
            else coalesce(sum(consumed) * 100 / nullif(sum(amount - expired), 0), 0) end
          into v_percent from wallet_grants g
          where g.workspace_id = p_workspace and g.asset = p_asset and g.closed_at is null
            and g.expires_at > p_now and g.starts_at <= p_now;
        update wallet_alerts set cleared_at = p_now
          where workspace_id = p_workspace and asset = p_asset and cleared_at is null
            and threshold > v_percent;
      end $$`)

    // What is left of an advance was never owed: it returns to where it came from.
    this.schema.raw(`
      create or replace function wallet_expire_grants(
        p_workspace uuid, p_asset wallet_asset, p_now timestamptz,
        out grants integer, out amount bigint
      ) language plpgsql set wallet.writer = 'on' as $$
      declare
        v_grant wallet_grants;
      begin
        grants := 0;
        amount := 0;
        perform wallet_release_expired(p_workspace, p_asset, p_now);
        for v_grant in
          select * from wallet_grants g
          where g.workspace_id = p_workspace and g.asset = p_asset and g.closed_at is null
            and g.expires_at <= p_now
          order by g.expires_at, g.id
        loop
          if v_grant.remaining > 0 then
            perform wallet_record(
              p_workspace, p_asset,
              (case when v_grant.unlimited or v_grant.source = 'overage' then 'void'
                else 'breakage' end)::wallet_transfer_kind,
              'wallet',
              (case when v_grant.source = 'overage' then 'receivable'
                when v_grant.unlimited then 'issuance' else 'breakage' end)::ledger_account,
              v_grant.remaining, format('expire:%s:%s', v_grant.id, v_grant.expired),
              sha256(convert_to(format('%L %L', v_grant.id, v_grant.remaining), 'UTF8')),
              array[v_grant.id], array[v_grant.remaining], null, 'expiry', 'grant',
              v_grant.id::text, '{}', p_now);
            grants := grants + 1;
            amount := amount + v_grant.remaining;
          end if;
          -- What a hold still keeps stays reserved; the next run books what comes back.
          update wallet_grants g set
            expired = g.expired + g.remaining, remaining = 0,
            closed_at = case when g.held = 0 then p_now end
            where g.workspace_id = p_workspace and g.id = v_grant.id;
        end loop;
      end $$`)

    // A month's advance that was used is ordered as a bill of its own.
    this.schema.raw(`
      alter table wallet_orders drop constraint wallet_orders_kind_check,
        add constraint wallet_orders_kind_check check (kind in ('pack', 'plan', 'overage'))`)
  }

  override async down() {
    this.schema.raw('drop trigger wallets_take_rows_along on wallets')
    this.schema.raw('drop function wallet_take_rows_along')
    this.schema.raw('drop function wallet_correct, wallet_advance, wallet_advance_left')
    this.schema.raw('drop table wallet_limits')
  }
}
