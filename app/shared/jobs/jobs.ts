import type { TransactionClientContract } from '@adonisjs/lucid/types/database'

/** What a handler gets: the payload and a signal that fires on cancel and on shutdown. */
export interface JobContext<Payload> {
  id: string
  payload: Payload
  signal: AbortSignal
}

export interface JobDefinition<Payload = unknown> {
  /** Stable name, `<room>.<verb_noun>`; also the queue's name in the database. */
  name: string
  handle(job: JobContext<Payload>): Promise<void>
  /** Attempts after the first one, with exponential backoff. Default 3. */
  retries?: number
  /** Seconds after which a run counts as lost and is retried. Default 900. */
  timeoutSeconds?: number
  /** Jobs of this kind at work at the same time in one process. Default 2. */
  concurrency?: number
  /** Cron expression (UTC) for a job that starts by itself. */
  cron?: string
}

export interface EnqueueOptions {
  /** Enqueues inside the caller's transaction: the job exists if and only if it commits. */
  trx?: TransactionClientContract
  /** At most one waiting job per key. */
  singletonKey?: string
  startAfter?: Date
}

export interface FailedJob {
  id: string
  name: string
  payload: unknown
  error: string
  failedAt: Date
  attempts: number
}

/**
 * The narrow port through which rooms use background jobs. Rooms `define` at boot and
 * `enqueue` at will; the engine behind it (pg-boss) is chosen by the provider.
 */
export interface JobEngine {
  enqueue(name: string, payload: object, options?: EnqueueOptions): Promise<string | null>
  cancel(name: string, id: string): Promise<void>
  retry(name: string, id: string): Promise<void>
  failed(limit: number): Promise<FailedJob[]>
  /** Starts working on every defined job in this process. */
  work(definitions: JobDefinition[]): Promise<void>
  stop(): Promise<void>
}

const definitions = new Map<string, JobDefinition>()
let engine: JobEngine | null = null

export const jobs = {
  /** Declares a job at boot. The name must be new. */
  define<Payload>(definition: JobDefinition<Payload>): void {
    if (definitions.has(definition.name)) throw new Error(`Job ${definition.name} exists already`)
    definitions.set(definition.name, definition as JobDefinition)
  },

  definitions(): JobDefinition[] {
    return [...definitions.values()]
  },

  /** Called once by the provider. */
  useEngine(next: JobEngine | null): void {
    engine = next
  },

  enqueue(name: string, payload: object, options?: EnqueueOptions): Promise<string | null> {
    return requireEngine().enqueue(name, payload, options)
  },

  cancel(name: string, id: string): Promise<void> {
    return requireEngine().cancel(name, id)
  },

  retry(name: string, id: string): Promise<void> {
    return requireEngine().retry(name, id)
  },

  failed(limit = 50): Promise<FailedJob[]> {
    return requireEngine().failed(limit)
  },
}

function requireEngine(): JobEngine {
  if (!engine) throw new Error('The job engine is not ready: is JobsProvider registered?')
  return engine
}
