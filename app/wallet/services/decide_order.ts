import db from '@adonisjs/lucid/services/db'
import type { Result } from '#shared/result'
import { recordAudit } from '#accounts'
import { ChangePlan } from '#app/wallet/services/change_plan'
import { grant } from '#app/wallet/services/granting'
import { monthAround } from '#app/wallet/services/period'
import { requirePlan } from '#app/wallet/services/plan_book'

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

      let grantId: string | null = null
      if (decision === 'paid' && order.kind === 'pack') {
        const granted = await grant(
          {
            workspaceId,
            asset: 'usd',
            amount: order.credit_micros,
            source: 'pack',
            startsAt: now,
            expiresAt: monthAround(now, input.timezone).end,
            idempotencyKey: `order:${orderId}`,
            details: { orderId, priceCents: order.price_cents, currency: order.currency },
            now,
          },
          trx
        )
        grantId = granted.grantId
      }
      if (decision === 'paid' && order.kind === 'plan') {
        const plan = requirePlan(order.line, order.plan)
        await new ChangePlan().handle(
          { workspaceId, timezone: input.timezone, plan, actorId: input.userId, now },
          trx
        )
      }
      await trx.from('wallet_orders').where({ workspace_id: workspaceId, id: orderId }).update({
        status: decision,
        decided_by: input.userId,
        decided_at: now,
        grant_id: grantId,
      })
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
