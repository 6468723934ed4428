import db from '@adonisjs/lucid/services/db'
import { decodeCursor, pageOf, type Page } from '#shared/pagination'
import type { BillingProfile } from '#app/wallet/billing/customer'
import type { InvoiceLine } from '#app/wallet/billing/issue_invoice'
import type { Seller } from '#app/wallet/billing/seller'
import type { VatTreatment } from '#app/wallet/billing/vat'

const ROWS = 25

export interface Invoice {
  id: string
  series: string
  sequence: number
  kind: 'invoice' | 'credit_note'
  issued_at: Date
  currency: 'EUR' | 'USD'
  net_cents: number
  vat_cents: number
  vat_basis_points: number
  vat_treatment: VatTreatment
  seller: Seller
  customer: BillingProfile
  lines: InvoiceLine[]
}

/** Invoices and credit notes of a workspace, the latest first. */
export async function listInvoices(
  workspaceId: string,
  { cursor }: { cursor?: string }
): Promise<Page<Invoice>> {
  const after = safeCursor(cursor)
  const query = db
    .from('wallet_invoices')
    .where('workspace_id', workspaceId)
    .select('*')
    .select(db.raw(`to_json(issued_at) #>> '{}' as issued`))
    .orderBy('issued_at', 'desc')
    .orderBy('id', 'desc')
    .limit(ROWS + 1)
  if (after) query.whereRaw('(issued_at, id) < (?::timestamptz, ?::uuid)', [...after])
  const rows = (await query) as (Invoice & { issued: string })[]
  return pageOf(rows, ROWS, (row) => [row.issued, row.id])
}

export async function findInvoice(workspaceId: string, id: string): Promise<Invoice | null> {
  return (await db
    .from('wallet_invoices')
    .where({ workspace_id: workspaceId, id })
    .first()) as Invoice | null
}

/** An address that was tampered with shows the first page. */
function safeCursor(cursor: string | undefined) {
  try {
    return decodeCursor(cursor, ['time', 'uuid'])
  } catch {
    return null
  }
}
