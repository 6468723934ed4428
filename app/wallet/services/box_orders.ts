import db from '@adonisjs/lucid/services/db'
import type { Result } from '#shared/result'
import { DecideOrder, type DecideOrderFailure } from '#app/wallet/services/decide_order'
import type { OrderLine } from '#app/wallet/services/read_wallet_page'

/** Orders on the page of the operator; the oldest first. */
const SHOWN = 200

export interface BoxOrder extends OrderLine {
  workspace_name: string
  /** E-mail of whoever ordered; null when their account is gone. */
  requested_by_email: string | null
}

/**
 * What waits for the operator, of every workspace of the box: manual billing, and payments whose
 * amount is not the order's. Only the operator's page may show
 * it: it is the one place that looks across the wall between businesses.
 */
export async function listPendingOrders(): Promise<BoxOrder[]> {
  const { rows } = await db.rawQuery<{ rows: BoxOrder[] }>(
    `select o.*, w.name as workspace_name, u.email as requested_by_email
       from wallet_orders o
       join workspaces w on w.id = o.workspace_id
       left join users u on u.id = o.requested_by
      where o.status = 'pending' and (o.channel = 'manual' or o.payment_state = 'mismatch')
      order by o.requested_at
      limit ${SHOWN}`
  )
  return rows
}

export interface DecideBoxOrderInput {
  orderId: string
  /** The operator; null on the command line. */
  userId: string | null
  decision: 'paid' | 'cancelled'
}

/** Settles an order of whichever workspace it belongs to. */
export async function decideBoxOrder(
  input: DecideBoxOrderInput
): Promise<Result<{ workspaceId: string }, { reason: DecideOrderFailure }>> {
  const place = await db
    .from('wallet_orders as o')
    .join('workspaces as w', 'w.id', 'o.workspace_id')
    .where('o.id', input.orderId)
    .select('w.id', 'w.timezone')
    .first()
  if (!place) return { ok: false, reason: 'not_found' }
  const workspaceId = place.id as string
  const timezone = place.timezone as string
  const decided = await new DecideOrder().handle({ ...input, workspaceId, timezone })
  return decided.ok ? { ok: true, workspaceId } : decided
}
