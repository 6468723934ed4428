import db from '@adonisjs/lucid/services/db'
import { thresholds } from '#config/llm'

export const WINDOWS = { hour: 3_600, day: 86_400, week: 7 * 86_400 } as const
export type WindowName = keyof typeof WINDOWS

export type Level = 'good' | 'warn' | 'bad' | 'unknown'

export interface TechnicalFigures {
  calls: number
  perSecond: number
  /** Milliseconds from the request to the last word. */
  p50: number | null
  p90: number | null
  p99: number | null
  firstTokenP50: number | null
  /** Shares, 0 to 1; null without calls. */
  errors: number | null
  cacheHits: number | null
  /** Minutes in which somebody was answered, of those in which somebody asked. */
  uptime: number | null
  /** Nano-USD that providers take for a thousand tokens. */
  costPerThousandNano: number | null
  /** Nano-USD of attempts whose provider has not said what they cost. */
  suspenseNano: number
  byModel: { provider: string; model: string; attempts: number; failed: number; p90: number }[]
}

/** Failures that say nothing about the service: the reader left or refused the answer. */
const NOT_OURS = `('aborted', 'rejected')`

/**
 * Figures of a window that ends now, of one workspace or (null) of the whole box. Percentiles are
 * computed from the rows themselves; averaging percentiles would be wrong.
 */
export async function technicalFigures(
  workspaceId: string | null,
  window: WindowName
): Promise<TechnicalFigures> {
  const since = new Date(Date.now() - WINDOWS[window] * 1_000)
  const mine = workspaceId ? 'and workspace_id = :workspaceId' : ''
  const values = { since, ...(workspaceId ? { workspaceId } : {}) }
  const [calls, attempts] = await Promise.all([
    db.rawQuery(
      `with c as (
         select *, outcome = 'failed' and failure_code not in ${NOT_OURS} as broken
         from llm_calls where created_at > :since ${mine}
       ), minutes as (
         select bool_or(not broken) as up from c group by date_trunc('minute', created_at)
       )
       select count(*)::int as calls,
         percentile_cont(array[0.5, 0.9, 0.99]) within group (order by latency_ms)
           filter (where outcome in ('answered', 'cached')) as latency,
         percentile_cont(0.5) within group (order by first_token_ms) as first_token,
         avg(broken::int)::float8 as errors,
         avg((outcome = 'cached')::int)::float8 as cache_hits,
         (select avg(up::int)::float8 from minutes) as uptime,
         (sum(provider_cost_nano) filter (where outcome <> 'cached') * 1000.0
           / nullif(sum(prompt_tokens + completion_tokens) filter (where outcome <> 'cached'), 0)
         )::float8 as cost
       from c`,
      values
    ),
    db.rawQuery(
      `select provider, model, count(*)::int as attempts,
         count(*) filter (where outcome = 'failed' and failure_code not in ${NOT_OURS})::int as failed,
         coalesce(percentile_cont(0.9) within group (order by latency_ms), 0)::int as p90,
         coalesce(sum(cost_nano) filter (where usage_source = 'estimated'), 0)::bigint as suspense
       from llm_attempts where created_at > :since and outcome <> 'open' ${mine}
       group by 1, 2 order by 3 desc limit 50`,
      values
    ),
  ])
  const row = calls.rows[0]
  const [p50 = null, p90 = null, p99 = null] = (row.latency ?? []) as number[]
  const byModel = attempts.rows as (TechnicalFigures['byModel'][number] & { suspense: number })[]
  return {
    calls: row.calls,
    perSecond: row.calls / WINDOWS[window],
    ...{ p50, p90, p99, firstTokenP50: row.first_token },
    ...{ errors: row.errors, cacheHits: row.cache_hits, uptime: row.uptime },
    costPerThousandNano: row.cost,
    suspenseNano: byModel.reduce((sum, { suspense }) => sum + Number(suspense), 0),
    byModel,
  }
}

/** Where a figure stands between its two thresholds; for some more is better, for others less. */
export function levelOf(name: keyof typeof thresholds, value: number | null): Level {
  if (value === null) return 'unknown'
  const { warn, bad } = thresholds[name]
  const moreIsBetter = warn > bad
  if (moreIsBetter ? value < bad : value > bad) return 'bad'
  return (moreIsBetter ? value < warn : value > warn) ? 'warn' : 'good'
}
