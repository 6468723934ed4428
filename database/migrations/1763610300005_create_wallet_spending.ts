import { BaseSchema } from '@adonisjs/lucid/schema'

/**
 * Hold, capture, release: one call each. `now` is a parameter, so that tests and generated
 * histories choose it.
 */
export default class extends BaseSchema {
  override async up() {
    this.schema.raw(`
      create function wallet_hold(
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
        v_ids uuid[];
        v_amounts bigint[];
        v_grant record;
      begin
        if p_amount <= 0 then
          raise exception using errcode = 'WA004',
            message = 'E_INVALID_AMOUNT: a hold is above zero';
        end if;
        perform wallet_lock(p_workspace, p_asset);

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

        -- The second round runs only when money is short and expired holds gave some back.
        for v_round in 1 .. 2 loop
          v_need := p_amount;
          v_ids := '{}';
          v_amounts := '{}';
          for v_grant in
            select id, remaining from wallet_grants
            where workspace_id = p_workspace and asset = p_asset and closed_at is null
              and expires_at > p_now and starts_at <= p_now and remaining > 0
            order by expires_at, (source = 'pack'), id
          loop
            v_take := least(v_grant.remaining, v_need);
            v_ids := v_ids || v_grant.id;
            v_amounts := v_amounts || v_take;
            v_need := v_need - v_take;
            exit when v_need = 0;
          end loop;
          exit when v_need = 0 or v_round = 2;
          exit when wallet_release_expired(p_workspace, p_asset, p_now) = 0;
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

    this.schema.raw(`
      create function wallet_capture(
        p_workspace uuid, p_hold uuid, p_amount bigint, p_key text, p_details jsonb,
        p_now timestamptz,
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
            order by expires_at, (source = 'pack'), id
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
            p_workspace, v_hold.asset, 'capture', 'wallet', 'revenue', p_amount, p_key,
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

    this.schema.raw(`
      create function wallet_release(
        p_workspace uuid, p_hold uuid, p_key text, p_now timestamptz,
        out outcome text, out amount bigint
      ) language plpgsql set wallet.writer = 'on' as $$
      declare
        v_hold wallet_holds;
      begin
        perform 1 from wallets where workspace_id = p_workspace and asset = (
            select h.asset from wallet_holds h where h.workspace_id = p_workspace and h.id = p_hold)
          for no key update;
        select * into v_hold from wallet_holds h
          where h.workspace_id = p_workspace and h.id = p_hold;
        if not found or v_hold.status = 'captured' or v_hold.transfer_id is not null then
          outcome := 'hold_not_open';
          return;
        end if;
        if v_hold.status = 'released' and v_hold.resolution_key <> p_key then
          outcome := 'hold_not_open';
          return;
        end if;
        if v_hold.status = 'open' then
          perform wallet_return_parts(v_hold);
          update wallet_holds h set
            status = 'released', resolution_key = p_key, resolved_at = p_now
            where h.workspace_id = p_workspace and h.id = p_hold;
        end if;
        outcome := 'ok';
        amount := v_hold.amount;
      end $$`)

    this.schema.raw(`
      create function wallet_note_refusal(p_workspace uuid, p_asset wallet_asset, p_now timestamptz)
      returns uuid language plpgsql set wallet.writer = 'on' as $$
      begin
        perform wallet_lock(p_workspace, p_asset);
        return wallet_check_alert(p_workspace, p_asset, true, p_now);
      end $$`)
  }

  override async down() {
    this.schema.raw(
      'drop function wallet_note_refusal, wallet_release, wallet_capture, wallet_hold'
    )
  }
}
