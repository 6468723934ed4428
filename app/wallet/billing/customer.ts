import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { readSeller } from '#app/wallet/billing/seller'
import { vatFor, type Vat } from '#app/wallet/billing/vat'

/** Whom invoices of a workspace are made out to. */
export interface BillingProfile {
  name: string | null
  address: string | null
  country: string | null
  vatId: string | null
  email: string | null
}

export interface SavedCard {
  id: string
  brand: string
  last4: string
  /** `04/2029` */
  expires: string
}

export interface Customer {
  profile: BillingProfile
  stripeCustomerId: string | null
  stripeTaxId: string | null
  card: SavedCard | null
}

const EMPTY: BillingProfile = { name: null, address: null, country: null, vatId: null, email: null }

export async function readCustomer(
  workspaceId: string,
  trx?: TransactionClientContract
): Promise<Customer> {
  const row = await (trx ?? db)
    .query()
    .from('wallet_customers')
    .where('workspace_id', workspaceId)
    .first()
  if (!row) return { profile: EMPTY, stripeCustomerId: null, stripeTaxId: null, card: null }
  const card = row.card_id
    ? {
        id: row.card_id,
        brand: row.card_brand,
        last4: row.card_last4,
        expires: row.card_expires,
      }
    : null
  return {
    profile: {
      name: row.name,
      address: row.address,
      country: row.country,
      vatId: row.vat_id,
      email: row.email,
    },
    stripeCustomerId: row.stripe_customer_id,
    stripeTaxId: row.stripe_tax_id,
    card,
  }
}

/** Writes some columns of a workspace's customer; the others stay as they are. */
export async function saveCustomer(
  workspaceId: string,
  columns: Record<string, string | null>,
  trx?: TransactionClientContract
): Promise<void> {
  await (trx ?? db)
    .insertQuery()
    .table('wallet_customers')
    .insert({ workspace_id: workspaceId, ...columns, updated_at: new Date() })
    .onConflict('workspace_id')
    .merge([...Object.keys(columns), 'updated_at'])
}

/** The VAT that a workspace's next purchase carries. */
export async function vatOfWorkspace(
  workspaceId: string,
  on: Date,
  trx?: TransactionClientContract
): Promise<Vat> {
  const [seller, customer] = await Promise.all([readSeller(trx), readCustomer(workspaceId, trx)])
  return vatFor(seller, customer.profile, on)
}
