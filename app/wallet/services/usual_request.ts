import db from '@adonisjs/lucid/services/db'
import { defaultRequestMix, usualMix } from '#config/prices'
import { REQUEST_CLASSES, priceOf, type RequestClass } from '#app/wallet/prices'

export interface ClassUse {
  class: string
  count: number
  micros: number
}

export interface UsualRequest {
  /** Average price of one request at the usual mix, in micro-dollars. */
  micros: number
  /** `history` when the last days say enough, else the default mix of config/prices.ts. */
  basis: 'history' | 'default'
  byClass: ClassUse[]
}

/** What one request costs a workspace on average, from its last 30 days. */
export async function usualRequest(workspaceId: string, now: Date): Promise<UsualRequest> {
  const result = await db.rawQuery(
    `select coalesce(details->>'class', purpose) as class, count(*) as count,
       sum(amount)::bigint as micros
     from wallet_transfers
     where workspace_id = ? and kind = 'capture' and asset = 'usd'
       and created_at >= ?::timestamptz - make_interval(days => ${usualMix.days})
       and created_at <= ?::timestamptz
     group by 1 order by 3 desc`,
    [workspaceId, now, now]
  )
  const byClass = result.rows as ClassUse[]
  const count = byClass.reduce((sum, row) => sum + row.count, 0)
  const micros = byClass.reduce((sum, row) => sum + row.micros, 0)
  if (count >= usualMix.minimumRequests) {
    return { micros: Math.max(1, Math.round(micros / count)), basis: 'history', byClass }
  }
  return { micros: averageOf(defaultRequestMix), basis: 'default', byClass }
}

/** Average price of a mix of classes; shares add up to one. */
export function averageOf(mix: Record<RequestClass, number>): number {
  return Math.round(REQUEST_CLASSES.reduce((sum, name) => sum + mix[name] * priceOf(name), 0))
}
