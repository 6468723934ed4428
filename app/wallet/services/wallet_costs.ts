import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import { requirePlan } from '#app/wallet/services/plan_book'

export interface WalletCosts {
  /** Micro-dollars that left the wallet for requests. */
  usageMicros: number
  byClass: { class: string; count: number; micros: number }[]
  /** Units of the conversation asset that were used. */
  conversations: number
  quantizationCredits: number
  /** Monthly plan prices, each day of the range counting its share of its month, in euro cents. */
  subscriptionCents: number
  subscriptionCurrency: 'EUR'
}

/**
 * What the box cost a workspace from `from` to before `to`. A request's class stands in its
 * capture's details, else its purpose stands for it.
 */
export async function walletCosts(workspaceId: string, from: Date, to: Date): Promise<WalletCosts> {
  const [spent, subscriptionCents] = await Promise.all([
    spentByClass(workspaceId, from, to),
    subscriptionCost(workspaceId, from, to),
  ])
  const usd = spent.filter((row) => row.asset === 'usd')
  const units = (asset: string) =>
    spent.filter((row) => row.asset === asset).reduce((sum, row) => sum + row.amount, 0)
  return {
    usageMicros: units('usd'),
    byClass: usd.map((row) => ({ class: row.class, count: row.count, micros: row.amount })),
    conversations: units('conversation'),
    quantizationCredits: units('quantization_credit'),
    subscriptionCents,
    subscriptionCurrency: 'EUR',
  }
}

interface SpentRow {
  asset: string
  class: string
  count: number
  amount: number
}

async function spentByClass(workspaceId: string, from: Date, to: Date): Promise<SpentRow[]> {
  const result = await db.rawQuery(
    `select asset, coalesce(details->>'class', purpose) as class,
       count(*) as count, sum(amount)::bigint as amount
     from wallet_transfers
     where workspace_id = ? and kind = 'capture' and created_at >= ? and created_at < ?
     group by 1, 2 order by 1, 4 desc`,
    [workspaceId, from, to]
  )
  return result.rows as SpentRow[]
}

/** Plans are counted by local day, so that a week across two months takes a share of each. */
async function subscriptionCost(workspaceId: string, from: Date, to: Date): Promise<number> {
  const result = await db.rawQuery(
    `select c.line, c.plan, c.since, w.timezone,
       lead(c.since) over (partition by c.line order by c.since, c.id) as until
     from wallet_plan_changes c join workspaces w on w.id = c.workspace_id
     where c.workspace_id = ?`,
    [workspaceId]
  )
  let cents = 0
  for (const row of result.rows as PlanSpan[]) {
    if (row.plan === null) continue
    const price = requirePlan(row.line, row.plan).priceCents ?? 0
    const start = Math.max(from.getTime(), row.since.getTime())
    const end = Math.min(to.getTime(), row.until?.getTime() ?? Infinity)
    if (price > 0 && end > start) cents += price * monthsBetween(start, end, row.timezone)
  }
  return Math.round(cents)
}

interface PlanSpan {
  line: string
  plan: string | null
  since: Date
  until: Date | null
  timezone: string
}

/** Length of a span in months: the part of each calendar month that it covers, added up. */
export function monthsBetween(start: number, end: number, timezone: string): number {
  let months = 0
  let cursor = DateTime.fromMillis(start, { zone: timezone })
  const stop = DateTime.fromMillis(end, { zone: timezone })
  while (cursor < stop) {
    const month = cursor.startOf('month')
    const next = month.plus({ months: 1 })
    const reach = next < stop ? next : stop
    months += (reach.toMillis() - cursor.toMillis()) / (next.toMillis() - month.toMillis())
    cursor = reach
  }
  return months
}
