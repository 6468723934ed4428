import db from '@adonisjs/lucid/services/db'
import { MICROS_PER_UNIT } from '#shared/money'
import type { Result } from '#shared/result'
import { recordAudit } from '#accounts'
import { vatOfWorkspace } from '#app/wallet/billing/customer'
import { vatOnNet, type Vat } from '#app/wallet/billing/vat'
import { packPrice } from '#app/wallet/services/pack_price'
import { requirePlan, type Plan } from '#app/wallet/services/plan_book'

export type OrderRequest =
  | { kind: 'pack'; dollars: number }
  | { kind: 'plan'; line: string; plan: string; engagementMonths?: number }

export interface PlaceOrderInput {
  workspaceId: string
  userId: string
  request: OrderRequest
  /** Made with the form, so that a double click orders once. */
  idempotencyKey?: string | null
  /** Who takes the money: the operator by hand, or Stripe. */
  channel?: 'manual' | 'stripe'
  now?: Date
}

/** More open orders than this are a mistake or an attack, not a purchase. */
const MAXIMUM_PENDING = 20

/**
 * Orders a pack or a plan that costs money. Nothing is granted yet: under manual billing the
 * order waits until the operator of the box confirms that it is paid.
 *
 * @throws E_UNKNOWN_PLAN_LINE, E_UNKNOWN_PLAN
 */
export class PlaceOrder {
  async handle(
    input: PlaceOrderInput
  ): Promise<Result<{ orderId: string }, { reason: 'too_many_pending' }>> {
    const { workspaceId, request } = input
    const vat = await vatOfWorkspace(workspaceId, input.now ?? new Date())
    const row = describe(request, vat)
    return db.transaction(async (trx) => {
      // Orders of one workspace are placed one after the other: the count below stays true.
      await trx.rawQuery('select 1 from workspaces where id = ? for no key update', [workspaceId])
      const known = input.idempotencyKey
        ? await trx
            .from('wallet_orders')
            .where({ workspace_id: workspaceId, idempotency_key: input.idempotencyKey })
            .first()
        : null
      if (known) return { ok: true as const, orderId: known.id as string }
      const pending = await trx
        .from('wallet_orders')
        .where({ workspace_id: workspaceId, status: 'pending' })
        .count('* as total')
        .first()
      if (Number(pending?.total) >= MAXIMUM_PENDING) {
        return { ok: false as const, reason: 'too_many_pending' as const }
      }
      // A new wish for the same line replaces the one that still waits.
      if (request.kind === 'plan') {
        await trx
          .from('wallet_orders')
          .where({ workspace_id: workspaceId, status: 'pending', line: request.line })
          .update({ status: 'cancelled', decided_by: input.userId, decided_at: new Date() })
      }
      const [order] = (await trx
        .table('wallet_orders')
        .insert({
          ...row,
          channel: input.channel ?? 'manual',
          workspace_id: workspaceId,
          idempotency_key: input.idempotencyKey ?? null,
          requested_by: input.userId,
          requested_at: input.now ?? new Date(),
        })
        .returning('id')) as { id: string }[]
      await recordAudit(
        {
          workspaceId,
          actorId: input.userId,
          action: 'wallet.order_placed',
          subjectType: 'order',
          subjectId: order!.id,
          details: { ...request, priceCents: row.price_cents, currency: row.currency },
        },
        trx
      )
      return { ok: true as const, orderId: order!.id }
    })
  }
}

function describe(request: OrderRequest, vat: Vat) {
  const goods = request.kind === 'pack' ? describePack(request.dollars) : describePlan(request)
  return {
    ...goods,
    kind: request.kind,
    vat_cents: vatOnNet(goods.price_cents + goods.setup_cents, vat.basisPoints),
    vat_basis_points: vat.basisPoints,
    vat_treatment: vat.treatment,
  }
}

function describePack(dollars: number) {
  const price = packPrice(dollars)
  return {
    credit_micros: dollars * MICROS_PER_UNIT,
    discount_percent: price.discountPercent,
    price_cents: price.priceCents,
    setup_cents: 0,
    currency: price.currency,
  }
}

function describePlan(request: { line: string; plan: string; engagementMonths?: number }) {
  const plan = requirePlan(request.line, request.plan)
  const engagement = engagementOf(plan, request.engagementMonths)
  return {
    line: plan.line,
    plan: plan.id,
    price_cents: (plan.priceCents ?? 0) + (plan.oneTimeCents ?? 0) + (plan.yearlyCents ?? 0),
    setup_cents: setupFeeOf(plan, engagement),
    engagement_months: engagement,
    currency: plan.currency,
  }
}

/** The commitment asked for, or the shortest on offer when it is not. */
export function engagementOf(plan: Plan, months: number | undefined): number {
  return months !== undefined && plan.engagementMonths.includes(months)
    ? months
    : Math.min(...plan.engagementMonths)
}

/** The setup fee in cents; a long commitment waives it. */
export function setupFeeOf(plan: Plan, engagementMonths: number): number {
  const waived = engagementMonths >= (plan.setupWaivedFromMonths ?? Infinity)
  return waived ? 0 : (plan.setupFeeCents ?? 0)
}
