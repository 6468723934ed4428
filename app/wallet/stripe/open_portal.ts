import type { Result } from '#shared/result'
import { appUrl } from '#config/app'
import { readCustomer, saveCustomer, type BillingProfile } from '#app/wallet/billing/customer'
import { stripeClient } from '#app/wallet/stripe/client'
import { ensureStripeCustomer } from '#app/wallet/stripe/ensure_customer'
import { isMissing, stripeTrouble } from '#app/wallet/stripe/stripe_trouble'

/** Stripe's page for cards, past invoices and cancelling. Its address works once and is not kept. */
export async function openPortal(
  workspaceId: string
): Promise<Result<{ url: string }, { reason: 'unreachable' | 'not_configured' }>> {
  const stripe = stripeClient()
  if (!stripe) return { ok: false, reason: 'not_configured' }
  try {
    const customer = await ensureStripeCustomer(stripe, workspaceId)
    const session = await stripe.billingPortal.sessions.create({
      customer,
      return_url: `${appUrl}/wallet/billing`,
    })
    return { ok: true, url: session.url }
  } catch (error) {
    if (!stripeTrouble(error)) throw error
    return { ok: false, reason: 'unreachable' }
  }
}

/**
 * Keeps whom invoices are made out to, and tells Stripe when the workspace is a customer there.
 * The tax number is replaced as a whole: Stripe has no way to change one.
 */
export async function saveProfile(workspaceId: string, profile: BillingProfile): Promise<void> {
  const before = await readCustomer(workspaceId)
  await saveCustomer(workspaceId, {
    name: profile.name,
    address: profile.address,
    country: profile.country,
    vat_id: profile.vatId,
    email: profile.email,
  })
  const stripe = stripeClient()
  const id = before.stripeCustomerId
  if (!stripe || !id) return
  try {
    await stripe.customers.update(id, {
      name: profile.name ?? '',
      email: profile.email ?? '',
      ...(profile.country
        ? { address: { line1: profile.address ?? '', country: profile.country } }
        : {}),
    })
    if (profile.vatId === before.profile.vatId) return
    if (before.stripeTaxId) {
      await stripe.customers.deleteTaxId(id, before.stripeTaxId).catch((error: unknown) => {
        if (!isMissing(error)) throw error
      })
    }
    const created = profile.vatId
      ? await stripe.customers.createTaxId(id, { type: 'eu_vat', value: profile.vatId })
      : null
    await saveCustomer(workspaceId, { stripe_tax_id: created?.id ?? null })
  } catch (error) {
    // The profile is kept here all the same; Stripe learns it with the next change.
    if (!stripeTrouble(error)) throw error
  }
}
