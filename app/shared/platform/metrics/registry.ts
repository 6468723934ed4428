import { Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import db from '@adonisjs/lucid/services/db'
import { jobs } from '#shared/jobs/jobs'

/** Metrics of this process in the Prometheus text format. */
export const registry = new Registry()

/** Buckets around the targets: API 25 ms, pages 50 ms at the 95th percentile. */
export const httpDuration = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time to answer, by method, route and status',
  labelNames: ['method', 'route', 'status'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [registry],
})

new Gauge({
  name: 'db_pool_connections',
  help: 'Connections of the database pool, by state',
  labelNames: ['state'] as const,
  registers: [registry],
  collect() {
    const pool = poolOf()
    this.set({ state: 'used' }, pool?.numUsed() ?? 0)
    this.set({ state: 'free' }, pool?.numFree() ?? 0)
    this.set({ state: 'waiting' }, pool?.numPendingAcquires() ?? 0)
  },
})

new Gauge({
  name: 'jobs',
  help: 'Background jobs, by name and state',
  labelNames: ['name', 'state'] as const,
  registers: [registry],
  async collect() {
    this.reset()
    // A database that does not answer must not hide the other metrics.
    const counts = await jobs.counts().catch(() => [])
    for (const { name, waiting, retrying, active, failed } of counts) {
      this.set({ name, state: 'waiting' }, waiting)
      this.set({ name, state: 'retrying' }, retrying)
      this.set({ name, state: 'active' }, active)
      this.set({ name, state: 'failed' }, failed)
    }
  },
})

let collecting = false

/** Starts collecting what the process itself shows; costs a timer, so only when asked for. */
export function collectProcessMetrics(): void {
  if (collecting) return
  collecting = true
  collectDefaultMetrics({ register: registry })
}

interface Pool {
  numUsed(): number
  numFree(): number
  numPendingAcquires(): number
}

function poolOf(): Pool | undefined {
  const connection = db.manager.get('postgres')?.connection
  return (connection as { pool?: Pool } | undefined)?.pool
}
