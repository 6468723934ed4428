import type { Database } from '@adonisjs/lucid/database'
import type { FailedJob, JobQuery, PendingJob, QueueCount } from '#shared/jobs/jobs'
import { DEAD_LETTERS } from './queues.js'

interface Row {
  id: string
  name: string
  data: unknown
  state: string
  attempts: number
  error: { message?: string } | string | null
  at: Date
}

const STATES: Record<string, PendingJob['state']> = {
  created: 'waiting',
  retry: 'retrying',
  active: 'active',
}

/**
 * Reads the engine's tables for the portal and for metrics. pg-boss has no query by owner or
 * with a limit of its own; the columns used here are those of its documented job table.
 */
export class JobRecords {
  constructor(private readonly db: Database) {}

  async failed(query: JobQuery): Promise<FailedJob[]> {
    const { rows } = await this.db.rawQuery<{ rows: Row[] }>(
      `select id, source_name as name, data, source_output as error, created_on as at,
              source_retry_count + 1 as attempts, '' as state
         from pgboss.job
        where name = :queue and state = 'created' ${ownedBy(query)}
        order by created_on desc limit :limit`,
      bindings(query, { queue: DEAD_LETTERS })
    )
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      payload: row.data,
      error: messageOf(row.error) ?? '',
      failedAt: row.at,
      attempts: row.attempts,
    }))
  }

  async pending(query: JobQuery): Promise<PendingJob[]> {
    const { rows } = await this.db.rawQuery<{ rows: Row[] }>(
      `select id, name, data, state::text, output as error, created_on as at,
              retry_count + 1 as attempts
         from pgboss.job
        where state in ('created', 'retry', 'active')
          and name <> :queue and name not like '\\_\\_pgboss%' ${ownedBy(query)}
        order by created_on desc limit :limit`,
      bindings(query, { queue: DEAD_LETTERS })
    )
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      state: STATES[row.state] ?? 'waiting',
      attempts: row.attempts,
      createdAt: row.at,
      error: messageOf(row.error),
    }))
  }

  async counts(query: JobQuery): Promise<QueueCount[]> {
    const { rows } = await this.db.rawQuery<{ rows: QueueCount[] }>(
      `select coalesce(source_name, name) as name,
              count(*) filter (where state = 'created' and name <> :queue)::int as waiting,
              count(*) filter (where state = 'retry')::int as retrying,
              count(*) filter (where state = 'active')::int as active,
              count(*) filter (where state = 'created' and name = :queue)::int as failed
         from pgboss.job
        where state in ('created', 'retry', 'active')
          and name not like '\\_\\_pgboss%' ${ownedBy(query)}
        group by 1 order by 1 limit :limit`,
      bindings({ ...query, limit: query.limit ?? 1000 }, { queue: DEAD_LETTERS })
    )
    return rows
  }

  /** Before the first use of the engine there are no tables. */
  async exists(): Promise<boolean> {
    const { rows } = await this.db.rawQuery<{ rows: { there: boolean }[] }>(
      `select to_regclass('pgboss.job') is not null as there`
    )
    return rows[0]?.there ?? false
  }
}

function ownedBy({ owners, id }: JobQuery): string {
  const conditions: string[] = []
  if (id) conditions.push('and id::text = :id')
  if (owners) {
    const theirs = ["data->>'workspaceId' = any(:workspaces)"]
    if (owners.includes(null)) theirs.push("data->>'workspaceId' is null")
    conditions.push(`and (${theirs.join(' or ')})`)
  }
  return conditions.join(' ')
}

function bindings({ owners, limit, id }: JobQuery, more: object) {
  const workspaces = (owners ?? []).filter((one) => one !== null)
  return { ...more, limit: limit ?? 50, id: id ?? null, workspaces }
}

function messageOf(error: Row['error']): string | null {
  if (error === null || error === undefined) return null
  if (typeof error === 'string') return error
  return error.message ?? JSON.stringify(error)
}
