import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'

/** Who sells on this box, as invoices name it. */
export interface Seller {
  name: string
  address: string
  country: string
  vatId: string | null
  registration: string | null
}

/** Null until the operator has filled it in; prices then carry no VAT. */
export async function readSeller(trx?: TransactionClientContract): Promise<Seller | null> {
  const row = await (trx ?? db).query().from('wallet_seller').first()
  if (!row) return null
  const { name, address, country, registration } = row
  return { name, address, country, vatId: row.vat_id, registration }
}

export async function saveSeller(seller: Seller): Promise<void> {
  const { name, address, country, vatId, registration } = seller
  await db
    .table('wallet_seller')
    .insert({
      id: true,
      name,
      address,
      country,
      vat_id: vatId,
      registration,
      updated_at: new Date(),
    })
    .onConflict('id')
    .merge()
}
