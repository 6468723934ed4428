import type Stripe from 'stripe'
import { readCustomer, saveCustomer } from '#app/wallet/billing/customer'

/** Keeps the card that was just used for the next purchase, unless another one is kept already. */
export async function rememberCard(
  stripe: Stripe,
  workspaceId: string,
  paymentMethod: string | Stripe.PaymentMethod | null
): Promise<void> {
  if (!paymentMethod) return
  const { card, stripeCustomerId } = await readCustomer(workspaceId)
  if (card || !stripeCustomerId) return
  const id = typeof paymentMethod === 'string' ? paymentMethod : paymentMethod.id
  const method = await stripe.paymentMethods.retrieve(id)
  if (method.type !== 'card' || method.customer !== stripeCustomerId) return
  await stripe.customers.update(
    stripeCustomerId,
    { invoice_settings: { default_payment_method: id } },
    { idempotencyKey: `card:${stripeCustomerId}:${id}` }
  )
  await saveCustomer(workspaceId, cardColumns(method))
}

export function cardColumns(method: Stripe.PaymentMethod | null) {
  const card = method?.card
  return {
    card_id: card ? method.id : null,
    card_brand: card?.brand ?? null,
    card_last4: card?.last4 ?? null,
    card_expires: card ? `${String(card.exp_month).padStart(2, '0')}/${card.exp_year}` : null,
  }
}
