import db from '@adonisjs/lucid/services/db'
import { randomUUID } from 'node:crypto'

/** Answers are replayed for a day. */
const KEEP_HOURS = 24
/** An attempt that was not renewed for this time belonged to a process that died. */
const DEAD_AFTER_SECONDS = 120
const RENEW_MS = 30_000

export interface StoredAnswer {
  status: number
  contentType: string | null
  location: string | null
  /** Null: a stream, or too large to keep. */
  body: string | null
}

export type Claim =
  | { kind: 'mine'; claim: string }
  | { kind: 'in_progress' }
  | { kind: 'other_request' }
  | ({ kind: 'answered' } & StoredAnswer)

interface Row {
  mine: boolean
  same: boolean
  status: number | null
  content_type: string | null
  location: string | null
  body: string | null
}

/**
 * Takes the key for this attempt, or tells what became of the earlier one. A row that has
 * expired, or whose process died before it answered, is taken over.
 */
export async function claimKey(
  workspaceId: string,
  key: string,
  fingerprint: Buffer
): Promise<Claim> {
  const claim = randomUUID()
  const { rows } = await db.rawQuery<{ rows: Row[] }>(
    `with mine as (
       insert into api_idempotency as a (workspace_id, key, fingerprint, claim, expires_at)
       values (:workspaceId, :key, :fingerprint, :claim, now() + make_interval(hours => :hours))
       on conflict (workspace_id, key) do update
         set fingerprint = excluded.fingerprint, claim = excluded.claim, claimed_at = now(),
             status = null, content_type = null, location = null, body = null,
             expires_at = excluded.expires_at
         where a.expires_at < now()
            or (a.status is null and a.fingerprint = excluded.fingerprint
                and a.claimed_at < now() - make_interval(secs => :deadAfter))
       returning true as mine, true as same, null::smallint as status,
                 null::text as content_type, null::text as location, null::text as body
     )
     select * from mine
     union all
     select false, fingerprint = :fingerprint, status, content_type, location, body
       from api_idempotency
      where workspace_id = :workspaceId and key = :key and not exists (select from mine)`,
    { workspaceId, key, fingerprint, claim, hours: KEEP_HOURS, deadAfter: DEAD_AFTER_SECONDS }
  )
  const row = rows[0]
  // The twin's row became visible between the two halves of the statement: ask again.
  if (!row) return { kind: 'in_progress' }
  if (row.mine) return { kind: 'mine', claim }
  if (!row.same) return { kind: 'other_request' }
  if (row.status === null) return { kind: 'in_progress' }
  return {
    kind: 'answered',
    status: row.status,
    contentType: row.content_type,
    location: row.location,
    body: row.body,
  }
}

/** Keeps a claim alive while a slow operation works. Call the returned function at the end. */
export function keepClaim(
  workspaceId: string,
  key: string,
  claim: string,
  everyMs = RENEW_MS
): () => void {
  const timer = setInterval(() => {
    db.from('api_idempotency')
      .where({ workspace_id: workspaceId, key, claim })
      .update({ claimed_at: db.raw('now()') })
      // A missed renewal does no harm: the next one comes long before the claim runs out.
      .catch(() => {})
  }, everyMs)
  return () => clearInterval(timer)
}

/** Keeps the answer of the attempt that holds `claim`. */
export async function keepAnswer(
  workspaceId: string,
  key: string,
  claim: string,
  answer: StoredAnswer
): Promise<void> {
  await db.from('api_idempotency').where({ workspace_id: workspaceId, key, claim }).update({
    status: answer.status,
    content_type: answer.contentType,
    location: answer.location,
    body: answer.body,
  })
}

/** Gives the key free: nothing happened that a repetition must not do again. */
export async function releaseKey(workspaceId: string, key: string, claim: string): Promise<void> {
  await db.from('api_idempotency').where({ workspace_id: workspaceId, key, claim }).delete()
}

/** Deletes what has expired; answers how many rows. */
export async function sweepKeys(): Promise<number> {
  const { rowCount } = await db.rawQuery<{ rowCount: number }>(
    'delete from api_idempotency where expires_at < now()'
  )
  return rowCount
}
