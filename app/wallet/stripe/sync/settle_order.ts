import db from '@adonisjs/lucid/services/db'
import { recordAudit } from '#accounts'
import type { Result } from '#shared/result'
import { issueInvoice } from '#app/wallet/billing/issue_invoice'
import { activateOrder, totalOf, type OrderRow } from '#app/wallet/services/activate_order'

export interface OrderPayment {
  paymentIntentId: string
  amountCents: number
  currency: string
}

/**
 * Gives a pack that Stripe says is paid. The event, the page that the buyer comes back to and the
 * nightly look may all tell it at once: the order's row and the grant's key let one of them do it.
 * Money for an order that was cancelled meanwhile was taken all the same, so it is given too.
 * An amount that is not the order's gives nothing and waits for the operator.
 */
export async function settleOrder(
  place: { workspaceId: string; orderId: string },
  payment: OrderPayment,
  now = new Date()
): Promise<
  Result<{ outcome: 'settled' | 'known' | 'double' }, { reason: 'not_found' | 'mismatch' }>
> {
  const { workspaceId, orderId } = place
  const mine = { workspace_id: workspaceId, id: orderId }
  return db.transaction(async (trx) => {
    const order = (await trx
      .from('wallet_orders')
      .where(mine)
      .forUpdate()
      .first()) as OrderRow | null
    if (!order) return { ok: false as const, reason: 'not_found' as const }
    if (order.status === 'paid') {
      const known = await trx
        .from('wallet_payments')
        .where({ order_id: orderId, stripe_payment_intent_id: payment.paymentIntentId })
        .first()
      return { ok: true as const, outcome: known ? ('known' as const) : ('double' as const) }
    }

    const currency = payment.currency.toUpperCase()
    if (payment.amountCents !== totalOf(order) || currency !== order.currency) {
      const failure = `Paid ${payment.amountCents} ${currency}, ordered ${totalOf(order)} ${order.currency}`
      await trx.from('wallet_orders').where(mine).update({ payment_state: 'mismatch', failure })
      return { ok: false as const, reason: 'mismatch' as const }
    }
    const workspace = await trx.from('workspaces').where('id', workspaceId).firstOrFail()
    const by = { timezone: workspace.timezone as string, actorId: order.requested_by, now }
    const grantId = await activateOrder(order, by, trx)
    await trx.from('wallet_orders').where(mine).update({
      status: 'paid',
      payment_state: 'settled',
      failure: null,
      decided_at: now,
      grant_id: grantId,
    })
    await trx
      .table('wallet_payments')
      .insert({
        workspace_id: workspaceId,
        stripe_payment_intent_id: payment.paymentIntentId,
        order_id: orderId,
        amount_cents: payment.amountCents,
        currency,
        grant_ids: grantId ? [grantId] : [],
        paid_at: now,
        updated_at: now,
      })
      .onConflict('stripe_payment_intent_id')
      .ignore()
    // Whoever owes credit pays it back with the next purchase.
    if (grantId)
      await trx.rawQuery(
        `update wallet_payments set recovery_grant_ids = recovery_grant_ids || ?::uuid
        where workspace_id = ? and shortfall > 0 and stripe_payment_intent_id <> ?`,
        [grantId, workspaceId, payment.paymentIntentId]
      )
    await recordAudit(
      {
        workspaceId,
        actorId: order.requested_by,
        action: 'wallet.order_paid',
        subjectType: 'order',
        subjectId: orderId,
        details: { kind: order.kind, amountCents: payment.amountCents, currency },
      },
      trx
    )
    await issueInvoice({ workspaceId, order, paymentIntentId: payment.paymentIntentId, now }, trx)
    return { ok: true as const, outcome: 'settled' as const }
  })
}
