import type Stripe from 'stripe'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { notify, recordAudit } from '#accounts'
import type { Asset } from '#app/wallet/assets'
import { issueCreditNote } from '#app/wallet/billing/issue_invoice'
import { callLedger } from '#app/wallet/services/ledger'
import { monthAround } from '#app/wallet/services/period'

interface PaymentRow {
  id: string
  workspace_id: string
  order_id: string | null
  amount_cents: number
  currency: string
  refunded_cents: number
  disputed_cents: number
  dispute_status: string | null
  grant_ids: string[]
  recovery_grant_ids: string[]
}

/** States in which the bank keeps the money; inquiries ("warning_…") take none. */
const MONEY_GONE = [
  'needs_response',
  'under_review',
  'lost',
  'appeal_needs_response',
  'appeal_under_review',
]

/**
 * Makes a payment's credit agree with the money that is really there: refunded and disputed
 * parts are taken back from what is left of it, and return when the refund fails or the dispute
 * is won. Everything is computed from Stripe's current totals, so that refunds and disputes in
 * any order, once or thrice, end the same. Credit that was spent already is a shortfall, which
 * the next purchase pays.
 */
export async function syncMoneyBack(stripe: Stripe, paymentIntentId: string): Promise<boolean> {
  const known = await db
    .from('wallet_payments')
    .where('stripe_payment_intent_id', paymentIntentId)
    .first()
  if (!known) return false
  const [intent, disputes] = await Promise.all([
    stripe.paymentIntents.retrieve(paymentIntentId, { expand: ['latest_charge'] }),
    stripe.disputes.list({ payment_intent: paymentIntentId, limit: 100 }),
  ])
  const charge = intent.latest_charge as Stripe.Charge | null
  const open = disputes.data.filter(({ status }) => MONEY_GONE.includes(status))
  await applyMoneyBack(known.id, {
    refundedCents: charge?.amount_refunded ?? 0,
    disputedCents: open.reduce((sum, dispute) => sum + dispute.amount, 0),
    disputeStatus: disputes.data[0]?.status ?? null,
  })
  return true
}

export interface MoneyBack {
  refundedCents: number
  disputedCents: number
  disputeStatus: string | null
}

export async function applyMoneyBack(
  paymentId: string,
  back: MoneyBack | null,
  now = new Date()
): Promise<void> {
  await db.transaction(async (trx) => {
    const payment = (await trx
      .from('wallet_payments')
      .where('id', paymentId)
      .forUpdate()
      .firstOrFail()) as PaymentRow
    const figures = back ?? {
      refundedCents: payment.refunded_cents,
      disputedCents: payment.disputed_cents,
      disputeStatus: payment.dispute_status,
    }
    const shortfall = await takeBack(payment, figures, now, trx)
    await trx.from('wallet_payments').where('id', paymentId).update({
      refunded_cents: figures.refundedCents,
      disputed_cents: figures.disputedCents,
      dispute_status: figures.disputeStatus,
      shortfall,
      updated_at: now,
    })
    await tell(payment, figures, trx)
    const refunded = figures.refundedCents - payment.refunded_cents
    if (refunded !== 0) await issueCreditNote({ payment, cents: refunded, now }, trx)
  })
}

async function takeBack(
  payment: PaymentRow,
  figures: MoneyBack,
  now: Date,
  trx: TransactionClientContract
): Promise<number> {
  const { workspace_id: workspaceId } = payment
  const gone = Math.min(payment.amount_cents, figures.refundedCents + figures.disputedCents)
  const { rows } = await trx.rawQuery(
    `select g.asset, sum(g.amount)::bigint as amount, bool_or(g.unlimited) as unlimited,
       w.timezone
     from wallet_grants g join workspaces w on w.id = g.workspace_id
     where g.workspace_id = ? and g.id = any(?::uuid[])
     group by g.asset, w.timezone order by g.asset`,
    [workspaceId, payment.grant_ids]
  )
  let shortfall = 0
  for (const { asset, amount, unlimited, timezone } of rows as {
    asset: Asset
    amount: number
    unlimited: boolean
    timezone: string
  }[]) {
    const whole = gone >= payment.amount_cents
    const part = unlimited ? 0 : Math.floor((amount * gone) / payment.amount_cents)
    const row = await callLedger<{ shortfall: number }>(
      'wallet_claw_back',
      [
        workspaceId,
        asset,
        payment.id,
        `{${[...payment.grant_ids, ...payment.recovery_grant_ids].join(',')}}`,
        whole && gone > 0 ? amount : part,
        monthAround(now, timezone).end,
        now,
      ],
      trx
    )
    if (!unlimited) shortfall += row.shortfall
  }
  return shortfall
}

async function tell(payment: PaymentRow, figures: MoneyBack, trx: TransactionClientContract) {
  const changed =
    figures.refundedCents !== payment.refunded_cents ||
    figures.disputedCents !== payment.disputed_cents
  if (!changed) return
  const { workspace_id: workspaceId } = payment
  await recordAudit(
    {
      workspaceId,
      actorId: null,
      action: 'wallet.payment_taken_back',
      subjectType: 'payment',
      subjectId: payment.id,
      details: { ...figures, currency: payment.currency },
    },
    trx
  )
  const kind = figures.disputedCents !== payment.disputed_cents ? 'dispute' : 'refund'
  await notify(
    {
      workspaceId,
      kind: `wallet.${kind}`,
      titleKey: `wallet.notices.${kind}.title`,
      bodyKey: `wallet.notices.${kind}.body`,
      href: '/wallet#history',
      minRole: 'manager',
      dedupeKey: `wallet.${kind}:${payment.id}:${figures.refundedCents}:${figures.disputedCents}`,
    },
    trx
  )
}
