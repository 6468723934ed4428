import { sql } from './sql.js'
import { CLAIM_SECONDS } from './store_visitor_message.js'

const RENEW_MS = 4_000

/** Takes over a message that nobody is answering any more. False when somebody is, or did. */
export async function claimMessage(workspaceId: string, messageId: string): Promise<boolean> {
  const rows = await sql<{ id: string }>(
    `update messages set claimed_until = clock_timestamp() + make_interval(secs => :claim)
      where workspace_id = :workspaceId and id = :messageId
        and state = 'pending' and claimed_until < clock_timestamp()
      returning id`,
    { workspaceId, messageId, claim: CLAIM_SECONDS }
  )
  return rows.length === 1
}

/** Keeps a claim alive while a slow model speaks. Call the returned function at the end. */
export function keepClaim(workspaceId: string, messageId: string): () => void {
  const timer = setInterval(() => {
    sql(
      `update messages set claimed_until = clock_timestamp() + make_interval(secs => :claim)
        where workspace_id = :workspaceId and id = :messageId and state = 'pending'`,
      { workspaceId, messageId, claim: CLAIM_SECONDS }
      // A missed renewal only means that another worker may try too; one answer wins.
    ).catch(() => {})
  }, RENEW_MS)
  return () => clearInterval(timer)
}

/** Gives a claim back after a failure, so that the next try need not wait. */
export async function releaseClaim(workspaceId: string, messageId: string): Promise<void> {
  await sql(
    `update messages set claimed_until = clock_timestamp()
      where workspace_id = :workspaceId and id = :messageId and state = 'pending'`,
    { workspaceId, messageId }
  )
}
