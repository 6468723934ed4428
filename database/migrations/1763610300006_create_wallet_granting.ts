import { BaseSchema } from '@adonisjs/lucid/schema'

/** Credit comes in by grants and leaves unused by expiry, which is breakage revenue. */
export default class extends BaseSchema {
  override async up() {
    this.schema.raw(`
      create function wallet_open(p_workspace uuid) returns void
      language plpgsql set wallet.writer = 'on' as $$
      begin
        insert into wallets (workspace_id, asset) values
          (p_workspace, 'conversation'), (p_workspace, 'quantization_credit'), (p_workspace, 'usd')
          on conflict do nothing;
      end $$`)

    this.schema.raw(`
      create function wallet_grant(
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
            else coalesce(sum(consumed) * 100 / nullif(sum(amount), 0), 0) end
          into v_percent from wallet_grants g
          where g.workspace_id = p_workspace and g.asset = p_asset and g.closed_at is null
            and g.expires_at > p_now and g.starts_at <= p_now;
        update wallet_alerts set cleared_at = p_now
          where workspace_id = p_workspace and asset = p_asset and cleared_at is null
            and threshold > v_percent;
      end $$`)

    this.schema.raw(`
      create function wallet_expire_grants(
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
              (case when v_grant.unlimited then 'void' else 'breakage' end)::wallet_transfer_kind,
              'wallet',
              (case when v_grant.unlimited then 'issuance' else 'breakage' end)::ledger_account,
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
  }

  override async down() {
    this.schema.raw('drop function wallet_expire_grants, wallet_grant, wallet_open')
  }
}
