import type Stripe from 'stripe'
import db from '@adonisjs/lucid/services/db'
import { notify } from '#accounts'
import { issueSubscriptionInvoice } from '#app/wallet/billing/issue_invoice'
import { idOf } from '#app/wallet/stripe/id_of'
import { syncMoneyBack } from '#app/wallet/stripe/sync/sync_money_back'
import { syncSubscription } from '#app/wallet/stripe/sync/sync_subscription'

/**
 * An invoice of a subscription as Stripe knows it now: paid, it brings the month's credit and an
 * invoice of ours; open after a try, the owner is told where to pay it.
 */
export async function syncInvoice(stripe: Stripe, invoiceId: string): Promise<string> {
  const invoice = await stripe.invoices.retrieve(invoiceId, { expand: ['payments'] })
  const subscriptionId = idOf(invoice.parent?.subscription_details?.subscription)
  if (!subscriptionId) return 'not an invoice of a plan'
  const outcome = await syncSubscription(stripe, subscriptionId)
  const place = await db
    .from('wallet_subscriptions as s')
    .join('wallet_customers as c', 'c.workspace_id', 's.workspace_id')
    .where('c.stripe_customer_id', idOf(invoice.customer) ?? '')
    .where('s.stripe_subscription_id', subscriptionId)
    .select('s.workspace_id', 's.line')
    .first()
  if (!place) return outcome
  const workspaceId = place.workspace_id as string

  if (invoice.status === 'paid') {
    const intents = (invoice.payments?.data ?? []).filter(({ status }) => status === 'paid')
    const paymentIntentId = idOf(intents[0]?.payment.payment_intent)
    await recordPayment(invoice, workspaceId, place.line as string, paymentIntentId)
    if (paymentIntentId) await syncMoneyBack(stripe, paymentIntentId)
    return `invoice paid, ${outcome}`
  }
  if (invoice.status === 'open' && invoice.attempted) {
    await notify({
      workspaceId,
      kind: 'wallet.invoice_unpaid',
      titleKey: 'wallet.notices.invoice_unpaid.title',
      bodyKey: 'wallet.notices.invoice_unpaid.body',
      href: '/wallet/billing',
      minRole: 'owner',
      dedupeKey: `wallet.invoice_unpaid:${invoiceId}`,
    })
  }
  return `invoice ${invoice.status}, ${outcome}`
}

async function recordPayment(
  invoice: Stripe.Invoice,
  workspaceId: string,
  line: string,
  paymentIntentId: string | null
): Promise<void> {
  const paidAt = new Date((invoice.status_transitions.paid_at ?? invoice.created) * 1000)
  await db.transaction(async (trx) => {
    if (paymentIntentId) {
      // The credit that this money bought: the line's grants of the months that it covers.
      const { rows } = await trx.rawQuery(
        `select coalesce(array_agg(id order by id), '{}') as ids from wallet_grants
          where workspace_id = ? and source = 'plan' and details->>'line' = ?
            and starts_at < ? and expires_at > ? and details->>'plan' = (
              select plan from wallet_subscriptions where workspace_id = ? and line = ?)`,
        [
          workspaceId,
          line,
          new Date(invoice.created * 1000 + 86_400_000),
          new Date(invoice.created * 1000 + 3_600_000),
          workspaceId,
          line,
        ]
      )
      await trx
        .table('wallet_payments')
        .insert({
          workspace_id: workspaceId,
          stripe_payment_intent_id: paymentIntentId,
          stripe_invoice_id: invoice.id,
          amount_cents: invoice.amount_paid,
          currency: invoice.currency.toUpperCase(),
          grant_ids: rows[0].ids,
          paid_at: paidAt,
          updated_at: new Date(),
        })
        .onConflict('stripe_payment_intent_id')
        .ignore()
    }
    await issueSubscriptionInvoice({ workspaceId, line, invoice, paymentIntentId, paidAt }, trx)
  })
}
