import db from '@adonisjs/lucid/services/db'
import type { Result } from '#shared/result'
import { recordAudit } from '#accounts'
import { issueInvoice } from '#app/wallet/billing/issue_invoice'
import { activateOrder } from '#app/wallet/services/activate_order'

export interface DecideOrderInput {
  workspaceId: string
  timezone: string
  orderId: string
  /** Null when it is decided on the command line of the box. */
  userId: string | null
  decision: 'paid' | 'cancelled'
  now?: Date
}

export type DecideOrderFailure = 'not_found' | 'already_decided'

/**
 * Settles an order that waits: paid, and what it bought is active at once, in the same
 * transaction; or cancelled. An order is settled once; deciding the same again changes nothing.
 */
export class DecideOrder {
  async handle(input: DecideOrderInput): Promise<Result<{}, { reason: DecideOrderFailure }>> {
    const { workspaceId, orderId, decision } = input
    const now = input.now ?? new Date()
    return db.transaction(async (trx) => {
      const order = await trx
        .from('wallet_orders')
        .where({ workspace_id: workspaceId, id: orderId })
        .forUpdate()
        .first()
      if (!order) return { ok: false as const, reason: 'not_found' as const }
      if (order.status === decision) return { ok: true as const }
      if (order.status !== 'pending') {
        return { ok: false as const, reason: 'already_decided' as const }
      }

      const by = { timezone: input.timezone, actorId: input.userId, now }
      const grantId = decision === 'paid' ? await activateOrder(order, by, trx) : null
      await trx.from('wallet_orders').where({ workspace_id: workspaceId, id: orderId }).update({
        status: decision,
        decided_by: input.userId,
        decided_at: now,
        grant_id: grantId,
      })
      if (decision === 'paid') {
        await issueInvoice({ workspaceId, order, paymentIntentId: null, now }, trx)
      }
      await recordAudit(
        {
          workspaceId,
          actorId: input.userId,
          action: `wallet.order_${decision}`,
          subjectType: 'order',
          subjectId: orderId,
          details: { kind: order.kind, priceCents: order.price_cents, currency: order.currency },
        },
        trx
      )
      return { ok: true as const }
    })
  }
}
