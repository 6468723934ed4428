import { randomUUID } from 'node:crypto'
import db from '@adonisjs/lucid/services/db'
import type { Mailing } from '#app/reports/mailing/find_due_mailings'

/** A process that was killed leaves its mailing to others after this time. */
const CLAIM_SECONDS = 60
const RENEW_MS = 15_000

export interface ClaimedMailing {
  id: string
  preparedAt: Date | null
  /** Names this claim: what is written at the end is written only while it stands. */
  claim: string
  /** Renews the claim; false when another process has taken the mailing over. */
  keep(): Promise<boolean>
}

/**
 * Runs `work` while this process alone holds the mailing; skips it when another one does or it
 * is finished. The claim is a time in the row, renewed while the work lasts, so that no
 * transaction stays open while PDFs are drawn and mail servers are spoken to.
 */
export async function withMailing(
  mailing: Mailing,
  work: (mailing: ClaimedMailing) => Promise<void>
): Promise<boolean> {
  const claimed = await claimMailing(mailing)
  if (!claimed) return false
  // A missed renewal is harmless: each later step asks again whether the claim still stands.
  const timer = setInterval(() => void claimed.keep().catch(() => {}), RENEW_MS)
  try {
    await work(claimed)
  } finally {
    clearInterval(timer)
    await release(mailing, claimed.claim)
  }
  return true
}

async function claimMailing({ workspaceId, week }: Mailing): Promise<ClaimedMailing | null> {
  await db.rawQuery(
    `insert into weekly_mailings (workspace_id, week) values (:workspaceId, :week)
     on conflict (workspace_id, week) do nothing`,
    { workspaceId, week }
  )
  const claim = randomUUID()
  const { rows } = await db.rawQuery<{ rows: { id: string; prepared_at: Date | null }[] }>(
    `update weekly_mailings
     set claim = :claim, claimed_until = clock_timestamp() + make_interval(secs => :seconds)
     where workspace_id = :workspaceId and week = :week and finished_at is null
       and claimed_until <= clock_timestamp()
     returning id, prepared_at`,
    { workspaceId, week, claim, seconds: CLAIM_SECONDS }
  )
  const [row] = rows
  if (!row) return null
  return {
    id: row.id,
    preparedAt: row.prepared_at,
    claim,
    keep: () => renew({ workspaceId, week }, claim),
  }
}

async function renew({ workspaceId, week }: Mailing, claim: string): Promise<boolean> {
  const { rowCount } = await db.rawQuery<{ rowCount: number }>(
    `update weekly_mailings
     set claimed_until = clock_timestamp() + make_interval(secs => :seconds)
     where workspace_id = :workspaceId and week = :week and claim = :claim`,
    { workspaceId, week, claim, seconds: CLAIM_SECONDS }
  )
  return rowCount === 1
}

async function release({ workspaceId, week }: Mailing, claim: string): Promise<void> {
  await db.rawQuery(
    `update weekly_mailings set claim = null, claimed_until = clock_timestamp()
     where workspace_id = :workspaceId and week = :week and claim = :claim`,
    { workspaceId, week, claim }
  )
}
