import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { notify } from '#accounts'
import { stripeIsOn } from '#app/wallet/stripe/client'
import { vatOfWorkspace } from '#app/wallet/billing/customer'
import { vatOnNet } from '#app/wallet/billing/vat'

const MICROS_PER_CENT = 10_000

/**
 * Writes the bill for advances that have ended: what was used of them, rounded up to a cent, as
 * an order that is paid like any other. One per month's end; until it is paid there is no further
 * advance.
 */
export async function billOverage(
  workspaceId: string,
  now: Date,
  trx: TransactionClientContract
): Promise<void> {
  const { rows } = await trx.rawQuery(
    `select expires_at, sum(consumed)::bigint as micros from wallet_grants
      where workspace_id = ? and asset = 'usd' and source = 'overage'
        and closed_at > ?::timestamptz - interval '40 days'
      group by expires_at having sum(consumed) > 0 order by expires_at`,
    [workspaceId, now]
  )
  for (const { expires_at: end, micros } of rows as { expires_at: Date; micros: number }[]) {
    const cents = Math.ceil(micros / MICROS_PER_CENT)
    const vat = await vatOfWorkspace(workspaceId, now, trx)
    const written = await trx
      .table('wallet_orders')
      .insert({
        workspace_id: workspaceId,
        kind: 'overage',
        price_cents: cents,
        currency: 'USD',
        vat_cents: vatOnNet(cents, vat.basisPoints),
        vat_basis_points: vat.basisPoints,
        vat_treatment: vat.treatment,
        channel: stripeIsOn() ? 'stripe' : 'manual',
        idempotency_key: `overage:${end.toISOString()}`,
        requested_at: now,
      })
      .onConflict(['workspace_id', 'idempotency_key'])
      .ignore()
      .returning('id')
    if (written.length === 0) continue
    await notify(
      {
        workspaceId,
        kind: 'wallet.overage_bill',
        titleKey: 'wallet.notices.overage.title',
        bodyKey: 'wallet.notices.overage.body',
        data: { dollars: cents / 100 },
        href: '/wallet#orders',
        minRole: 'owner',
        dedupeKey: `wallet.overage:${end.toISOString()}`,
      },
      trx
    )
  }
}
