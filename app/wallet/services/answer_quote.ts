import db from '@adonisjs/lucid/services/db'
import type { Result } from '#shared/result'
import { notify, recordAudit } from '#accounts'
import { vatOfWorkspace } from '#app/wallet/billing/customer'
import { vatOnNet } from '#app/wallet/billing/vat'
import { needsQuote } from '#app/wallet/services/choose_plan'
import { requirePlan } from '#app/wallet/services/plan_book'

export interface QuoteAnswer {
  orderId: string
  /** The operator. */
  userId: string
  /** Net cents a month. */
  priceCents: number
  /** Credit of the pool each month, in micro-dollars. */
  usdMicros: number
}

/**
 * Puts a price and a pool of credit on a request for a quote, and tells the owner. The plan
 * begins when the order is confirmed as paid; until then the answer may be changed.
 */
export async function answerQuote(
  answer: QuoteAnswer,
  now = new Date()
): Promise<Result<{}, { reason: 'not_found' | 'not_a_quote' }>> {
  return db.transaction(async (trx) => {
    const order = await trx.from('wallet_orders').where('id', answer.orderId).forUpdate().first()
    if (!order) return { ok: false as const, reason: 'not_found' as const }
    const isQuote = order.kind === 'plan' && needsQuote(requirePlan(order.line, order.plan))
    if (!isQuote || order.status !== 'pending') {
      return { ok: false as const, reason: 'not_a_quote' as const }
    }
    const workspaceId = order.workspace_id as string
    const vat = await vatOfWorkspace(workspaceId, now, trx)
    await trx
      .from('wallet_orders')
      .where({ workspace_id: workspaceId, id: answer.orderId })
      .update({
        price_cents: answer.priceCents,
        quoted_usd_micros: answer.usdMicros,
        quoted_at: now,
        vat_cents: vatOnNet(answer.priceCents, vat.basisPoints),
        vat_basis_points: vat.basisPoints,
        vat_treatment: vat.treatment,
      })
    await recordAudit(
      {
        workspaceId,
        actorId: answer.userId,
        action: 'wallet.quote_answered',
        subjectType: 'order',
        subjectId: answer.orderId,
        details: { priceCents: answer.priceCents, usdMicros: answer.usdMicros },
      },
      trx
    )
    await notify(
      {
        workspaceId,
        kind: 'wallet.quote',
        titleKey: 'wallet.notices.quote.title',
        bodyKey: 'wallet.notices.quote.body',
        data: { euros: answer.priceCents / 100, dollars: answer.usdMicros / 1_000_000 },
        href: '/wallet#orders',
        minRole: 'owner',
        dedupeKey: `wallet.quote:${answer.orderId}:${now.getTime()}`,
      },
      trx
    )
    return { ok: true as const }
  })
}
