import type Stripe from 'stripe'
import { idOf } from '#app/wallet/stripe/id_of'
import { syncInvoice } from '#app/wallet/stripe/sync/sync_invoice'
import { syncMoneyBack } from '#app/wallet/stripe/sync/sync_money_back'
import { syncOrderIntent } from '#app/wallet/stripe/sync/sync_session'

/**
 * A payment and what came back of it. News of a refund may arrive before the payment itself: then
 * the payment is settled first, from its order or from its invoice.
 */
export async function syncPayment(stripe: Stripe, paymentIntentId: string): Promise<string> {
  if (await syncMoneyBack(stripe, paymentIntentId)) return 'payment'
  const intent = await stripe.paymentIntents.retrieve(paymentIntentId)
  if (intent.metadata.orderId) {
    const outcome = await syncOrderIntent(stripe, intent)
    await syncMoneyBack(stripe, paymentIntentId)
    return outcome
  }
  const { data } = await stripe.invoicePayments.list({
    payment: { type: 'payment_intent', payment_intent: paymentIntentId },
    limit: 1,
  })
  const invoiceId = idOf(data[0]?.invoice)
  return invoiceId ? syncInvoice(stripe, invoiceId) : 'not a payment of ours'
}

/** Refunds and disputes of old charges name only their charge. */
export async function syncCharge(stripe: Stripe, chargeId: string): Promise<string> {
  const charge = await stripe.charges.retrieve(chargeId)
  const intent = idOf(charge.payment_intent)
  return intent ? syncPayment(stripe, intent) : 'a charge without a payment'
}
