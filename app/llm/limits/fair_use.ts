import { fairUse, type FairUse } from '#config/llm'
import { planOf } from '#wallet'
import type { FairUseLimit } from '#app/llm/types'
import type { Result } from '#shared/result'

interface Bucket {
  requests: number
  tokens: number
  streams: number
  filledAt: number
  limits: FairUse
  knownUntil: number
}

const MINUTE_MS = 60_000
/** How long a plan is remembered: a change of plan counts within half a minute. */
const PLAN_MS = 30_000
/** Workspaces that are remembered; those without a request for long are full again anyway. */
const MAX_BUCKETS = 10_000
const buckets = new Map<string, Bucket>()

export type Admission = Result<
  { leave: () => void },
  { reason: 'rate_limited'; limit: FairUseLimit; retryAfterSeconds: number }
>

/**
 * Lets a request of a workspace in, or says when to try again: requests and tokens refill evenly
 * over the minute (token bucket), answers at the same time are counted. Call `leave` at the end.
 */
export async function admit(
  workspaceId: string,
  tokens: number,
  now = Date.now()
): Promise<Admission> {
  const bucket = await bucketOf(workspaceId, now)
  const { limits } = bucket
  const passed = (now - bucket.filledAt) / MINUTE_MS
  bucket.filledAt = now
  bucket.requests = Math.min(limits.requests, bucket.requests + passed * limits.requests)
  bucket.tokens = Math.min(limits.tokens, bucket.tokens + passed * limits.tokens)

  if (bucket.streams >= limits.streams) return refusal('streams', 1)
  if (bucket.requests < 1) {
    return refusal('requests', ((1 - bucket.requests) / limits.requests) * 60)
  }
  // One request may be larger than the minute's share: it goes through when the share is whole.
  const wanted = Math.min(tokens, limits.tokens)
  if (bucket.tokens < wanted) {
    return refusal('tokens', ((wanted - bucket.tokens) / limits.tokens) * 60)
  }
  bucket.requests -= 1
  bucket.tokens -= wanted
  bucket.streams += 1
  return { ok: true, leave: () => void (bucket.streams -= 1) }
}

function refusal(limit: FairUseLimit, seconds: number): Admission {
  return {
    ok: false,
    reason: 'rate_limited',
    limit,
    retryAfterSeconds: Math.max(1, Math.ceil(seconds)),
  }
}

async function bucketOf(workspaceId: string, now: number): Promise<Bucket> {
  const known = buckets.get(workspaceId)
  if (known && known.knownUntil > now) return known
  const plan = await planOf(workspaceId, 'assistant')
  const limits = fairUse[plan?.id ?? ''] ?? fairUse.student!
  if (known) return Object.assign(known, { limits, knownUntil: now + PLAN_MS })
  // Another request may have made it meanwhile.
  const made = buckets.get(workspaceId) ?? {
    ...{ requests: limits.requests, tokens: limits.tokens, streams: 0 },
    ...{ filledAt: now, limits, knownUntil: now + PLAN_MS },
  }
  if (buckets.size >= MAX_BUCKETS) forgetIdle(now)
  buckets.set(workspaceId, made)
  return made
}

function forgetIdle(now: number): void {
  for (const [id, { streams, filledAt }] of buckets) {
    if (streams === 0 && now - filledAt > MINUTE_MS) buckets.delete(id)
  }
}
