import type Stripe from 'stripe'
import db from '@adonisjs/lucid/services/db'
import { saveCustomer } from '#app/wallet/billing/customer'
import { EU_COUNTRIES, normaliseVatId } from '#app/wallet/billing/vat'
import { cardColumns } from '#app/wallet/stripe/sync/remember_card'

/** What people changed on Stripe's pages: name, address, card, tax number; or that they left. */
export async function syncCustomer(stripe: Stripe, customerId: string): Promise<string> {
  const row = await db.from('wallet_customers').where('stripe_customer_id', customerId).first()
  if (!row) return 'unknown customer'
  const customer = await stripe.customers.retrieve(customerId, {
    expand: ['invoice_settings.default_payment_method'],
  })
  if (customer.deleted) {
    await saveCustomer(row.workspace_id, { stripe_customer_id: null, ...cardColumns(null) })
    return 'customer deleted'
  }
  const method = customer.invoice_settings.default_payment_method
  const { data: taxIds } = await stripe.customers.listTaxIds(customerId, { limit: 10 })
  const country = customer.address?.country ?? null
  const euVat = taxIds.find((tax) => tax.type === 'eu_vat')
  const vatCountry = euVat?.country ?? country
  const vatId =
    euVat && vatCountry && EU_COUNTRIES.includes(vatCountry)
      ? normaliseVatId(vatCountry, euVat.value)
      : null
  await saveCustomer(row.workspace_id, {
    ...cardColumns(method && typeof method !== 'string' ? method : null),
    ...(customer.name ? { name: customer.name } : {}),
    ...(customer.email ? { email: customer.email } : {}),
    ...(customer.address ? { address: addressText(customer.address), country } : {}),
    vat_id: vatId,
    stripe_tax_id: euVat?.id ?? null,
  })
  return 'customer'
}

function addressText(address: Stripe.Address): string {
  const place = [address.postal_code, address.city].filter(Boolean).join(' ')
  return [address.line1, address.line2, place, address.state].filter(Boolean).join('\n')
}
