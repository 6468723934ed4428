import type Stripe from 'stripe'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { totalOf, type OrderRow } from '#app/wallet/services/activate_order'
import { readCustomer } from '#app/wallet/billing/customer'
import { readSeller } from '#app/wallet/billing/seller'
import { netOfGross, vatFor, type Vat, type VatTreatment } from '#app/wallet/billing/vat'

/** What a line of an invoice is for; its words are chosen when the invoice is read. */
export type InvoiceLine = { netCents: number } & (
  | { kind: 'pack'; micros: number; discountPercent: number }
  | { kind: 'plan'; line: string; plan: string; from?: string; to?: string }
  | { kind: 'setup'; line: string; plan: string }
  | { kind: 'overage' }
  | { kind: 'refund' | 'refund_failed'; number: string }
)

interface Draft {
  workspaceId: string
  kind: 'invoice' | 'credit_note'
  sourceKey: string
  currency: string
  netCents: number
  vatCents: number
  vat: Vat
  lines: InvoiceLine[]
  paymentIntentId: string | null
  correctsId?: string
  now: Date
}

/**
 * Writes an invoice with the next number of its year. Once per source; nothing is written while
 * the operator has not said who sells, because an invoice without a seller is none.
 */
async function write(draft: Draft, trx: TransactionClientContract): Promise<void> {
  if (draft.netCents + draft.vatCents <= 0) return
  const seller = await readSeller(trx)
  if (!seller) return
  const series = String(draft.now.getUTCFullYear())
  // The counter's lock makes numbers of one year wait for each other; a rollback gives one back.
  const { rows } = await trx.rawQuery(
    `insert into wallet_invoice_series as s (series, last) values (?, 0)
      on conflict (series) do update set last = s.last returning last`,
    [series]
  )
  const known = await trx.from('wallet_invoices').where('source_key', draft.sourceKey).first()
  if (known) return
  const sequence = (rows[0].last as number) + 1
  await trx.from('wallet_invoice_series').where('series', series).update({ last: sequence })
  const { profile } = await readCustomer(draft.workspaceId, trx)
  const workspace = await trx.from('workspaces').where('id', draft.workspaceId).firstOrFail()
  await trx.table('wallet_invoices').insert({
    workspace_id: draft.workspaceId,
    series,
    sequence,
    kind: draft.kind,
    issued_at: draft.now,
    currency: draft.currency,
    net_cents: draft.netCents,
    vat_cents: draft.vatCents,
    vat_basis_points: draft.vat.basisPoints,
    vat_treatment: draft.vat.treatment,
    seller: JSON.stringify(seller),
    customer: JSON.stringify({ ...profile, name: profile.name ?? workspace.name }),
    lines: JSON.stringify(draft.lines),
    source_key: draft.sourceKey,
    stripe_payment_intent_id: draft.paymentIntentId,
    corrects_id: draft.correctsId ?? null,
  })
}

/** The invoice of a paid order. */
export async function issueInvoice(
  input: { workspaceId: string; order: OrderRow; paymentIntentId: string | null; now: Date },
  trx: TransactionClientContract
): Promise<void> {
  const { order } = input
  const treatment = (order.vat_treatment ?? 'exempt') as VatTreatment
  await write(
    {
      workspaceId: input.workspaceId,
      kind: 'invoice',
      sourceKey: `order:${order.id}`,
      currency: order.currency,
      netCents: totalOf(order) - order.vat_cents,
      vatCents: order.vat_cents,
      vat: { treatment, basisPoints: order.vat_basis_points },
      lines: linesOf(order),
      paymentIntentId: input.paymentIntentId,
      now: input.now,
    },
    trx
  )
}

function linesOf(order: OrderRow): InvoiceLine[] {
  if (order.kind === 'overage') return [{ kind: 'overage', netCents: order.price_cents }]
  if (order.kind === 'pack') {
    const { credit_micros: micros, discount_percent: discountPercent } = order
    return [{ kind: 'pack', micros: micros!, discountPercent, netCents: order.price_cents }]
  }
  const [line, plan] = [order.line!, order.plan!]
  const lines: InvoiceLine[] = [{ kind: 'plan', line, plan, netCents: order.price_cents }]
  if (order.setup_cents > 0) lines.push({ kind: 'setup', line, plan, netCents: order.setup_cents })
  return lines
}

/** Our invoice for what Stripe has collected for a plan: its prices contain the VAT. */
export async function issueSubscriptionInvoice(
  input: {
    workspaceId: string
    line: string
    invoice: Stripe.Invoice
    paymentIntentId: string | null
    paidAt: Date
  },
  trx: TransactionClientContract
): Promise<void> {
  const { workspaceId, line, invoice } = input
  const [seller, customer] = [await readSeller(trx), await readCustomer(workspaceId, trx)]
  const vat = vatFor(seller, customer.profile, input.paidAt)
  const gross = invoice.amount_paid
  const net = netOfGross(gross, vat.basisPoints)
  const row = await trx
    .from('wallet_subscriptions')
    .where({ workspace_id: workspaceId, line })
    .first()
  await write(
    {
      workspaceId,
      kind: 'invoice',
      sourceKey: `stripe:${invoice.id}`,
      currency: invoice.currency.toUpperCase(),
      netCents: net,
      vatCents: gross - net,
      vat,
      lines: [
        {
          kind: 'plan',
          line,
          plan: (row?.plan as string | undefined) ?? '',
          ...periodOf(invoice),
          netCents: net,
        },
      ],
      paymentIntentId: input.paymentIntentId,
      now: input.paidAt,
    },
    trx
  )
}

function periodOf(invoice: Stripe.Invoice): { from?: string; to?: string } {
  const periods = (invoice.lines?.data ?? []).map(({ period }) => period)
  if (periods.length === 0) return {}
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString()
  return {
    from: iso(Math.min(...periods.map(({ start }) => start))),
    to: iso(Math.max(...periods.map(({ end }) => end))),
  }
}

/** Corrects an invoice by a refund (cents above zero) or by a refund that failed (below). */
export async function issueCreditNote(
  input: {
    payment: { id: string; workspace_id: string; refunded_cents: number }
    cents: number
    now: Date
  },
  trx: TransactionClientContract
): Promise<void> {
  const { payment, cents, now } = input
  const invoice = await trx
    .from('wallet_invoices as i')
    .join('wallet_payments as p', 'p.stripe_payment_intent_id', 'i.stripe_payment_intent_id')
    .where('p.id', payment.id)
    .where('i.kind', 'invoice')
    .whereNull('i.corrects_id')
    .select('i.*')
    .first()
  if (!invoice) return
  const vat = { treatment: invoice.vat_treatment, basisPoints: invoice.vat_basis_points } as Vat
  const gross = Math.abs(cents)
  const netCents = netOfGross(gross, vat.basisPoints)
  const number = invoiceNumber(invoice)
  await write(
    {
      workspaceId: payment.workspace_id,
      kind: cents > 0 ? 'credit_note' : 'invoice',
      sourceKey: `refund:${payment.id}:${payment.refunded_cents}:${payment.refunded_cents + cents}:${now.getTime()}`,
      currency: invoice.currency,
      netCents,
      vatCents: gross - netCents,
      vat,
      lines: [{ kind: cents > 0 ? 'refund' : 'refund_failed', number, netCents }],
      paymentIntentId: invoice.stripe_payment_intent_id,
      correctsId: invoice.id,
      now,
    },
    trx
  )
}

/** `2026-000042` */
export function invoiceNumber(invoice: { series: string; sequence: number }): string {
  return `${invoice.series}-${String(invoice.sequence).padStart(6, '0')}`
}
