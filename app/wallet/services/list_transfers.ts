import db from '@adonisjs/lucid/services/db'
import { DEFAULT_LIMIT, decodeCursor, pageOf, type Page } from '#shared/pagination'
import type { Asset } from '#app/wallet/assets'

export const TRANSFER_KINDS = [
  'grant',
  'capture',
  'breakage',
  'void',
  'clawback',
  'restore',
  'correction',
] as const
export type TransferKind = (typeof TRANSFER_KINDS)[number]

export interface TransferFilter {
  asset?: Asset
  kind?: TransferKind
  /** First and last day, `2026-11-25`, in the workspace's time zone. */
  from?: string
  to?: string
  timezone?: string
  cursor?: string
  limit?: number
}

export interface TransferEntry {
  id: string
  asset: Asset
  kind: TransferKind
  /** Signed: above zero when credit came in. */
  amount: number
  balanceAfter: number
  purpose: string
  class: string | null
  source: string | null
  plan: { line: string; plan: string } | null
  reference: { type: string; id: string } | null
  createdAt: string
}

interface TransferRow {
  id: string
  asset: Asset
  kind: TransferKind
  to_account: string
  amount: number
  balance_after: number
  purpose: string
  reference_type: string | null
  reference_id: string | null
  details: { class?: string; line?: string; plan?: string }
  created: string
}

/** The wallet's history, the latest first. */
export async function listTransfers(
  workspaceId: string,
  filter: TransferFilter
): Promise<Page<TransferEntry>> {
  const limit = filter.limit ?? DEFAULT_LIMIT
  const after = decodeCursor(filter.cursor, ['time', 'uuid'])
  // The cursor keeps the database's own text of the time: JavaScript would cut its microseconds.
  const query = db
    .from('wallet_transfers')
    .where('workspace_id', workspaceId)
    .select('id', 'asset', 'kind', 'to_account', 'amount', 'balance_after', 'purpose')
    .select('reference_type', 'reference_id', 'details')
    .select(db.raw(`to_json(created_at) #>> '{}' as created`))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
  if (filter.asset) query.where('asset', filter.asset)
  if (filter.kind) query.where('kind', filter.kind)
  const zone = filter.timezone ?? 'UTC'
  if (filter.from)
    query.whereRaw('created_at >= ?::date::timestamp at time zone ?', [filter.from, zone])
  if (filter.to) {
    query.whereRaw(`created_at < (?::date + 1)::timestamp at time zone ?`, [filter.to, zone])
  }
  if (after) query.whereRaw('(created_at, id) < (?::timestamptz, ?::uuid)', [...after])
  const page = pageOf((await query) as TransferRow[], limit, (row) => [row.created, row.id])
  return { items: page.items.map(toEntry), nextCursor: page.nextCursor }
}

function toEntry(row: TransferRow): TransferEntry {
  const { line, plan } = row.details
  return {
    id: row.id,
    asset: row.asset,
    kind: row.kind,
    amount: row.to_account === 'wallet' ? row.amount : -row.amount,
    balanceAfter: row.balance_after,
    purpose: row.purpose,
    class: row.details.class ?? null,
    source: row.kind === 'grant' ? row.purpose : null,
    plan: line && plan ? { line, plan } : null,
    reference:
      row.reference_type && row.reference_id
        ? { type: row.reference_type, id: row.reference_id }
        : null,
    createdAt: new Date(row.created).toISOString(),
  }
}
