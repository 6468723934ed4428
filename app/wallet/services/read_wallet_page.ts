import db from '@adonisjs/lucid/services/db'
import { packs } from '#config/plans'
import { breakageForecast, type BreakageForecast } from '#app/wallet/services/balance_at'
import { hourlyPace, type HourlyPace } from '#app/wallet/services/hourly_pace'
import { readLimits, type WalletLimits } from '#app/wallet/services/read_limits'
import { usageBreakdown, type UsageBreakdown } from '#app/wallet/services/usage_breakdown'
import { readCustomer, vatOfWorkspace, type SavedCard } from '#app/wallet/billing/customer'
import type { Vat } from '#app/wallet/billing/vat'
import { forecast, type Forecast } from '#app/wallet/services/forecast'
import { packPrice, type PackPrice } from '#app/wallet/services/pack_price'
import { usualRequest, type UsualRequest } from '#app/wallet/services/usual_request'
import { walletSummary, type WalletSummary } from '#app/wallet/services/wallet_summary'

/** The pace is taken from the last two weeks, or from the first debit when that is later. */
const PACE_DAYS = 14
/** Requests in those weeks from which on somebody counts as a regular user and gets the tip. */
const REGULAR_REQUESTS = 10

export interface WalletPage {
  summary: WalletSummary
  /** Percent of the credit of the period that is spent, 0 to 100. */
  percentUsed: number
  usual: UsualRequest
  requestsLeft: number
  grants: GrantLine[]
  outlook: Forecast
  /** Dollars of the pack that the tip proposes, or null for no tip. */
  tipDollars: number | null
  packs: PackPrice[]
  card: SavedCard | null
  vat: Vat
  limits: WalletLimits
  pace: HourlyPace
  usage: UsageBreakdown
  breakage: BreakageForecast
  orders: OrderLine[]
}

export interface GrantLine {
  source: string
  amount: number
  remaining: number
  held: number
  expires_at: Date
  details: { gift?: boolean; plan?: string; line?: string }
}

export interface OrderLine {
  id: string
  kind: 'pack' | 'plan' | 'overage'
  line: string | null
  plan: string | null
  credit_micros: number | null
  price_cents: number
  currency: string
  status: 'pending' | 'paid' | 'cancelled'
  channel: 'manual' | 'stripe'
  payment_state: string
  setup_cents: number
  vat_cents: number
  quoted_at: Date | null
  quoted_usd_micros: number | null
  requested_at: Date
}

/** All that the wallet page shows beside its history. */
export async function readWalletPage(workspaceId: string, now = new Date()): Promise<WalletPage> {
  const summary = await walletSummary(workspaceId, now)
  const [usual, grants, pace, orders, customer, vat, limits, hourly, usage, ignored] =
    await Promise.all([
      usualRequest(workspaceId, now),
      readGrants(workspaceId, now),
      readPace(workspaceId, now),
      readOrders(workspaceId),
      readCustomer(workspaceId),
      vatOfWorkspace(workspaceId, now),
      readLimits(workspaceId),
      hourlyPace(workspaceId, now),
      usageBreakdown(workspaceId, now),
      db
        .from('wallet_tips')
        .where('workspace_id', workspaceId)
        .where('ignored_until', '>', now)
        .first(),
    ])
  const outlook = forecast({
    availableMicros: summary.usd.availableMicros,
    spentMicros: pace.micros,
    days: pace.days,
    now,
    periodEnd: new Date(summary.period.end),
  })
  const regular = pace.requests >= REGULAR_REQUESTS && summary.usd.availableMicros > 0
  const wantsTip = outlook.kind === 'runs_out' && regular && !ignored
  return {
    summary,
    percentUsed: percentUsed(summary),
    usual,
    requestsLeft: Math.floor(summary.usd.availableMicros / usual.micros),
    grants,
    outlook,
    tipDollars: wantsTip ? outlook.packDollars : null,
    packs: packs.dollars.map(packPrice),
    card: customer.card,
    vat,
    limits,
    pace: hourly,
    usage,
    breakage: await breakageForecast(
      workspaceId,
      new Date(summary.period.end),
      pace.days >= 1 ? pace.micros / pace.days : 0,
      now
    ),
    orders,
  }
}

/** Held credit is not spent yet. */
export function percentUsed({ usd }: Pick<WalletSummary, 'usd'>): number {
  if (usd.grantedMicros === 0) return 0
  return Math.min(100, Math.floor((usd.spentMicros * 100) / usd.grantedMicros))
}

async function readGrants(workspaceId: string, now: Date): Promise<GrantLine[]> {
  const result = await db.rawQuery(
    `select source, amount, remaining, held, expires_at, details from wallet_grants
      where workspace_id = :workspaceId and asset = 'usd' and closed_at is null
        and starts_at <= :now and expires_at > :now
      order by (source = 'overage'), expires_at, (source = 'pack'), id`,
    { workspaceId, now }
  )
  return result.rows as GrantLine[]
}

async function readPace(workspaceId: string, now: Date) {
  const result = await db.rawQuery(
    `select coalesce(sum(amount), 0)::bigint as micros, count(*) as requests,
       coalesce(extract(epoch from :now::timestamptz - min(created_at)) / 86400, 0)::float8 as days
     from wallet_transfers
     where workspace_id = :workspaceId and kind = 'capture' and asset = 'usd'
       and created_at > :now::timestamptz - make_interval(days => ${PACE_DAYS})
       and created_at <= :now`,
    { workspaceId, now }
  )
  return result.rows[0] as { micros: number; requests: number; days: number }
}

/** What still waits, and the last few that were decided. */
export async function readOrders(workspaceId: string): Promise<OrderLine[]> {
  const orders = await db
    .from('wallet_orders')
    .where('workspace_id', workspaceId)
    .orderByRaw(`status = 'pending' desc, requested_at desc`)
    .limit(10)
  return orders as OrderLine[]
}
