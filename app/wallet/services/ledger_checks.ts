/** One rule of the ledger and the query that lists what breaks it: nothing, when all is well. */
export interface LedgerCheck {
  rule: string
  /** Rows: `subject` names what differs, `expected` and `found` are texts. */
  sql: string
}

/** Recomputed from transfers and holds only; the materialised figures are what is checked. */
export const LEDGER_CHECKS: readonly LedgerCheck[] = [
  {
    rule: 'the sum over all accounts of an asset is zero',
    sql: `select asset::text as subject, '0' as expected, sum(balance)::text as found
      from ledger_accounts group by asset having sum(balance) <> 0`,
  },
  {
    rule: 'a wallet holds what its transfers brought and took',
    sql: `select w.workspace_id || ' ' || w.asset as subject,
        coalesce(a.balance, 0)::text as expected, w.balance::text as found
      from wallets w left join ledger_accounts a
        on a.workspace_id = w.workspace_id and a.asset = w.asset and a.account = 'wallet'
      where w.balance <> coalesce(a.balance, 0)`,
  },
  {
    rule: 'the transfers of a wallet are numbered without a gap',
    sql: `select w.workspace_id || ' ' || w.asset as subject, w.version::text as expected,
        count(t.id) || ' transfers, last ' || coalesce(max(t.sequence), 0) as found
      from wallets w left join wallet_transfers t
        on t.workspace_id = w.workspace_id and t.asset = w.asset
      group by w.workspace_id, w.asset, w.version
      having count(t.id) <> w.version or coalesce(max(t.sequence), 0) <> w.version
        or count(distinct t.sequence) <> w.version`,
  },
  {
    rule: 'each transfer moves the running balance by its amount',
    sql: `select 'transfer ' || id as subject, (before + moved)::text as expected,
        balance_after::text as found
      from (
        select id, balance_after,
          case when to_account = 'wallet' then amount else -amount end as moved,
          coalesce(lag(balance_after) over (
            partition by workspace_id, asset order by sequence), 0) as before
        from wallet_transfers
      ) running where balance_after <> before + moved`,
  },
  {
    rule: 'a wallet holds what its grants have left and in holds',
    sql: `select w.workspace_id || ' ' || w.asset as subject,
        coalesce(sum(g.remaining + g.held), 0)::text as expected, w.balance::text as found
      from wallets w left join wallet_grants g
        on g.workspace_id = w.workspace_id and g.asset = w.asset
      group by w.workspace_id, w.asset, w.balance
      having coalesce(sum(g.remaining + g.held), 0) <> w.balance`,
  },
  {
    rule: 'a grant was issued by exactly one transfer of its amount',
    sql: `select 'grant ' || g.id as subject, g.amount::text as expected,
        count(t.id) || ' transfers of ' || coalesce(sum(t.amount), 0) as found
      from wallet_grants g left join wallet_transfers t
        on t.workspace_id = g.workspace_id and t.kind = 'grant' and t.grant_ids = array[g.id]
          and t.asset = g.asset
      group by g.workspace_id, g.id, g.amount
      having count(t.id) <> 1 or sum(t.amount) <> g.amount`,
  },
  {
    rule: 'what a grant has consumed and expired is what its transfers say',
    sql: `with parts as (
        select t.workspace_id, part.grant_id,
          coalesce(sum(case t.kind when 'correction' then -part.amount else part.amount end)
            filter (where t.kind in ('capture', 'correction')), 0) as consumed,
          coalesce(sum(case t.kind when 'restore' then -part.amount else part.amount end)
            filter (where t.kind in ('breakage', 'void', 'clawback', 'restore')), 0) as expired
        from wallet_transfers t, unnest(t.grant_ids, t.grant_amounts) part(grant_id, amount)
        where t.kind <> 'grant' group by 1, 2
      )
      select 'grant ' || g.id as subject,
        coalesce(p.consumed, 0) || ' consumed, ' || coalesce(p.expired, 0) || ' expired'
          as expected,
        g.consumed || ' consumed, ' || g.expired || ' expired' as found
      from wallet_grants g left join parts p
        on p.workspace_id = g.workspace_id and p.grant_id = g.id
      where g.consumed <> coalesce(p.consumed, 0) or g.expired <> coalesce(p.expired, 0)`,
  },
  {
    rule: 'a grant is 0 <= remaining <= amount = remaining + held + consumed + expired',
    sql: `select 'grant ' || id as subject, amount::text as expected,
        (remaining + held + consumed + expired)::text as found
      from wallet_grants
      where remaining < 0 or held < 0 or consumed < 0 or expired < 0
        or remaining + held + consumed + expired <> amount`,
  },
  {
    rule: 'what a grant has in holds is what its open holds took',
    sql: `with parts as (
        select h.workspace_id, part.grant_id, sum(part.amount) as held
        from wallet_holds h, unnest(h.grant_ids, h.grant_amounts) part(grant_id, amount)
        where h.status = 'open' group by 1, 2
      )
      select 'grant ' || g.id as subject, coalesce(p.held, 0)::text as expected,
        g.held::text as found
      from wallet_grants g left join parts p
        on p.workspace_id = g.workspace_id and p.grant_id = g.id
      where g.held <> coalesce(p.held, 0)`,
  },
  {
    rule: 'the parts of a hold or transfer add up to it',
    sql: `select kind || ' ' || id as subject, amount::text as expected, parts::text as found
      from (
        select 'hold' as kind, id, amount, (select sum(n) from unnest(grant_amounts) n) as parts
          from wallet_holds
        union all
        select 'transfer', id, amount, (select sum(n) from unnest(grant_amounts) n)
          from wallet_transfers
      ) sums where parts is distinct from amount`,
  },
  {
    rule: 'a hold was captured by exactly the transfer that it names',
    sql: `select 'hold ' || h.id as subject,
        h.captured_amount || ' by ' || coalesce(h.transfer_id::text, 'nothing') as expected,
        count(t.id) || ' transfers of ' || coalesce(sum(t.amount), 0) as found
      from wallet_holds h left join wallet_transfers t
        on t.workspace_id = h.workspace_id and t.hold_id = h.id and t.kind = 'capture'
      group by h.workspace_id, h.id, h.captured_amount, h.transfer_id, h.status
      having coalesce(sum(t.amount), 0) <> h.captured_amount
        or count(t.id) <> (h.transfer_id is not null)::int
        or (h.status = 'captured') and count(t.id) <> 1
        or (h.status in ('open', 'released')) and count(t.id) <> 0`,
  },
  {
    rule: 'every capture belongs to a hold',
    sql: `select 'transfer ' || t.id as subject, 'a hold' as expected, 'none' as found
      from wallet_transfers t
      where t.kind = 'capture' and not exists (
        select 1 from wallet_holds h where h.workspace_id = t.workspace_id and h.id = t.hold_id)`,
  },
  {
    rule: 'a paid pack has exactly one grant of its amount',
    sql: `select 'order ' || o.id as subject, o.credit_micros::text as expected,
        coalesce(g.amount, 0)::text as found
      from wallet_orders o left join wallet_grants g
        on g.workspace_id = o.workspace_id and g.id = o.grant_id
      where o.kind = 'pack' and o.status = 'paid'
        and (g.amount is distinct from o.credit_micros or g.source is distinct from 'pack')`,
  },
  {
    rule: 'a payment has taken back what was refunded and disputed, or knows what is missing',
    sql: `select 'payment ' || p.id as subject, bought.amount::text as expected,
        coalesce(taken.amount, 0) || ' taken back, ' || p.shortfall || ' missing' as found
      from wallet_payments p
      cross join lateral (
        select sum(amount)::bigint as amount, bool_or(unlimited) as unlimited,
          bool_or(closed_at is not null) as closed
        from wallet_grants g where g.workspace_id = p.workspace_id and g.id = any(p.grant_ids)
      ) bought
      cross join lateral (
        select sum(case t.kind when 'clawback' then t.amount else -t.amount end)::bigint as amount
        from wallet_transfers t where t.workspace_id = p.workspace_id
          and t.reference_type = 'payment' and t.reference_id = p.id::text
      ) taken
      where p.refunded_cents + p.disputed_cents >= p.amount_cents and p.amount_cents > 0
        and not bought.unlimited and not bought.closed
        and coalesce(taken.amount, 0) + p.shortfall <> bought.amount`,
  },
  {
    rule: 'an order that Stripe has settled has its payment, and a pack one of its amount',
    sql: `select 'order ' || o.id as subject,
        (o.price_cents + o.setup_cents + o.vat_cents) || ' ' || o.currency as expected,
        coalesce(p.amount_cents || ' ' || p.currency, 'no payment') as found
      from wallet_orders o left join wallet_payments p
        on p.workspace_id = o.workspace_id and p.order_id = o.id
      where o.kind = 'pack' and o.channel = 'stripe' and o.payment_state = 'settled'
        and (p.amount_cents is distinct from o.price_cents + o.setup_cents + o.vat_cents
          or p.currency is distinct from o.currency)`,
  },
  {
    rule: 'invoices of a year are numbered without a gap',
    sql: `select 'invoices of ' || s.series as subject, s.last::text as expected,
        count(i.id) || ' invoices, last ' || coalesce(max(i.sequence), 0) as found
      from wallet_invoice_series s left join wallet_invoices i on i.series = s.series
      group by s.series, s.last
      having count(i.id) <> s.last or coalesce(max(i.sequence), 0) <> s.last`,
  },
]
