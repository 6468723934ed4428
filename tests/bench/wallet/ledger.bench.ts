import db from '@adonisjs/lucid/services/db'
import { nanoid } from 'nanoid'
import { wallet } from '#wallet'

export interface BenchRow {
  name: string
  value: number
  unit: string
  target?: number
}

const CONNECTIONS = 16
const WALLETS = 10_000
const SECONDS = Number(process.env.BENCH_SECONDS ?? 10)

/**
 * Hold and capture, one pair after the other on 16 connections with durable commits, as callers
 * do it: through the wallet's face. Assumes a booted application and a migrated database; the
 * workspaces that it makes are removed again.
 */
export async function run(): Promise<BenchRow[]> {
  await requireDurableCommits()
  const workspaces = await openWorkspaces()
  try {
    await measure(() => workspaces[Math.floor(Math.random() * WALLETS)]!, 1)
    const many = await measure(() => workspaces[Math.floor(Math.random() * WALLETS)]!, SECONDS)
    const one = await measure(() => workspaces[0]!, SECONDS)
    return [
      { name: 'ledger, hold + capture, 10,000 wallets', ...many.rate, target: 3500 },
      { name: 'ledger, p99 of a pair, 10,000 wallets', ...many.p99 },
      { name: 'ledger, hold + capture, one wallet', ...one.rate, target: 800 },
      { name: 'ledger, p99 of a pair, one wallet', ...one.p99 },
    ]
  } finally {
    await db.rawQuery(`delete from workspaces where slug like 'bench-wallet-%'`)
  }
}

async function requireDurableCommits() {
  const { rows } = await db.rawQuery('show synchronous_commit')
  if (rows[0].synchronous_commit !== 'on') throw new Error('Commits are not durable')
}

async function openWorkspaces(): Promise<string[]> {
  const batch = nanoid(6)
  const created = await db.rawQuery(
    `insert into workspaces (name, slug)
       select 'Bench', 'bench-wallet-' || ? || '-' || n from generate_series(1, ?) n
     returning id`,
    [batch, WALLETS]
  )
  const ids = (created.rows as { id: string }[]).map((row) => row.id)
  await db.rawQuery(
    `select count(g.grant_id) from workspaces w, wallet_grant(
       w.id, 'usd', 1000000000000, 'pack', now(), now() + interval '1 month', 'bench', false,
       null, now()) g
     where w.slug like 'bench-wallet-' || ? || '-%'`,
    [batch]
  )
  await db.rawQuery('vacuum analyze wallets, wallet_grants')
  return ids
}

async function measure(pick: () => string, seconds: number) {
  const stop = performance.now() + seconds * 1000
  const started = performance.now()
  const durations: number[] = []
  const worker = async () => {
    while (performance.now() < stop) {
      const workspaceId = pick()
      const key = nanoid()
      const begin = performance.now()
      const held = await wallet.hold({
        workspaceId,
        asset: 'usd',
        amount: 100_000,
        purpose: 'bench',
        idempotencyKey: key,
      })
      if (!held.ok) throw new Error(held.reason)
      const captured = await wallet.capture({
        workspaceId,
        holdId: held.holdId,
        amount: 60_000,
        idempotencyKey: key,
      })
      if (!captured.ok) throw new Error(captured.reason)
      durations.push(performance.now() - begin)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  const elapsed = (performance.now() - started) / 1000
  durations.sort((a, b) => a - b)
  return {
    rate: { value: Math.round(durations.length / elapsed), unit: 'pairs/s' },
    p99: {
      value: Number((durations[Math.floor(durations.length * 0.99)] ?? 0).toFixed(1)),
      unit: 'ms',
    },
  }
}
