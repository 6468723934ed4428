import { BaseSchema } from '@adonisjs/lucid/schema'

/** Credit follows its payment: what is refunded or disputed is taken back, and may return. */
export default class extends BaseSchema {
  override async up() {
    // `p_target` is how much of the payment's credit should be gone now; the function makes it
    // so, whichever news came before. What was spent cannot be taken: it is the shortfall.
    this.schema.raw(`
      create function wallet_claw_back(
        p_workspace uuid, p_asset wallet_asset, p_payment uuid, p_grants uuid[], p_target bigint,
        p_expires timestamptz, p_now timestamptz,
        out taken bigint, out shortfall bigint
      ) language plpgsql set wallet.writer = 'on' as $$
      declare
        v_need bigint;
        v_take bigint;
        v_spent bigint := 0;
        v_turn bigint;
        v_grant wallet_grants;
      begin
        if p_target < 0 then
          raise exception using errcode = 'WA004',
            message = 'E_INVALID_AMOUNT: a clawback is not negative';
        end if;
        perform wallet_release_expired(p_workspace, p_asset, p_now);
        select coalesce(sum(case kind when 'clawback' then t.amount else -t.amount end), 0), count(*)
          into taken, v_turn
          from wallet_transfers t
          where t.workspace_id = p_workspace and t.asset = p_asset
            and (t.idempotency_key between 'clawback:' || p_payment || ':'
                and 'clawback:' || p_payment || ';'
              or t.idempotency_key between 'restore:' || p_payment || ':'
                and 'restore:' || p_payment || ';');
        v_need := p_target - taken;

        for v_grant in
          select * from wallet_grants g
          where g.workspace_id = p_workspace and g.id = any (p_grants) and g.asset = p_asset
          order by g.id
        loop
          v_spent := v_spent + v_grant.consumed + v_grant.held;
          continue when v_grant.closed_at is not null or v_grant.expires_at <= p_now;
          v_take := case when v_need > 0 then least(v_grant.remaining, v_need)
            else greatest(-v_grant.expired, v_need) end;
          continue when v_take = 0;
          v_turn := v_turn + 1;
          update wallet_grants g set remaining = g.remaining - v_take, expired = g.expired + v_take
            where g.workspace_id = p_workspace and g.id = v_grant.id;
          perform wallet_record(
            p_workspace, p_asset,
            (case when v_take > 0 then 'clawback' else 'restore' end)::wallet_transfer_kind,
            (case when v_take > 0 then 'wallet' when v_grant.source = 'pack' then 'cash'
              else 'issuance' end)::ledger_account,
            (case when v_take < 0 then 'wallet' when v_grant.source = 'pack' then 'cash'
              else 'issuance' end)::ledger_account,
            abs(v_take),
            format('%s:%s:%s', case when v_take > 0 then 'clawback' else 'restore' end, p_payment,
              v_turn),
            sha256(convert_to(format('%L %L %L', p_payment, v_grant.id, v_take), 'UTF8')),
            array[v_grant.id], array[abs(v_take)], null,
            case when v_take > 0 then 'clawback' else 'restore' end, 'payment', p_payment::text,
            '{}', p_now);
          v_need := v_need - v_take;
          taken := taken + v_take;
        end loop;

        -- What comes back after its grant has ended lives on in a new one.
        if v_need < 0 then
          perform wallet_grant(
            p_workspace, p_asset, -v_need, 'pack', p_now, p_expires,
            format('restore:%s:%s', p_payment, v_turn + 1), false,
            jsonb_build_object('restored', p_payment), p_now);
          taken := taken + v_need;
          v_need := 0;
        end if;
        shortfall := least(v_need, v_spent);
      end $$`)
  }

  override async down() {
    this.schema.raw('drop function wallet_claw_back')
  }
}
