import type { TransactionClientContract } from '@adonisjs/lucid/types/database'

/** What a handler gets: the payload and a signal that fires on cancel and on shutdown. */
export interface JobContext<Payload> {
  id: string
  payload: Payload
  signal: AbortSignal
  /** No retry follows when this run fails. */
  lastAttempt: boolean
}

export interface JobDefinition<Payload = unknown> {
  /** Stable name, `<room>.<verb_noun>`; also the queue's name in the database. */
  name: string
  handle(job: JobContext<Payload>): Promise<void>
  /** Attempts after the first one, with exponential backoff. Default 3. */
  retries?: number
  /** Seconds after which a run counts as lost and is retried. Default 900. */
  timeoutSeconds?: number
  /**
   * A process that has not been heard of for so many seconds counts as dead and its job runs
   * again. At least 10, default 30: a handler must not block the event loop that long.
   */
  heartbeatSeconds?: number
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

/** A job that failed for good: all of its attempts did. */
export interface FailedJob {
  id: string
  name: string
  payload: unknown
  error: string
  failedAt: Date
  attempts: number
}

/** A job that is waiting or at work. */
export interface PendingJob {
  id: string
  name: string
  state: 'waiting' | 'retrying' | 'active'
  attempts: number
  createdAt: Date
  /** Why the attempt before this one failed. */
  error: string | null
}

export interface QueueCount {
  name: string
  waiting: number
  retrying: number
  active: number
  /** Failed for good and not yet retried or dismissed. */
  failed: number
}

/** Whose jobs: those whose payload names this workspace, with `null` those that name none. */
export type JobOwner = string | null

export interface JobQuery {
  limit?: number
  /** Absent: everybody's, for operators and metrics. */
  owners?: JobOwner[]
  /** Only this job, when it belongs to the owners. */
  id?: string
}

/**
 * The narrow port through which rooms use background jobs. Rooms `define` at boot and
 * `enqueue` at will; the engine behind it (pg-boss) is chosen by the provider. A payload that
 * belongs to a business carries its `workspaceId`: the portal shows failed jobs by it.
 */
export interface JobEngine {
  enqueue(name: string, payload: object, options?: EnqueueOptions): Promise<string | null>
  /** Ends a job that is waiting or at work; its handler's signal fires within seconds. */
  cancel(name: string, id: string): Promise<void>
  /** Puts a failed job back into its queue. Answers false when it is no longer there. */
  retry(name: string, id: string): Promise<boolean>
  /** Forgets a failed job. */
  dismiss(name: string, id: string): Promise<boolean>
  failed(query: JobQuery): Promise<FailedJob[]>
  pending(query: JobQuery): Promise<PendingJob[]>
  counts(query: JobQuery): Promise<QueueCount[]>
  /** Starts working on every defined job in this process. */
  work(definitions: JobDefinition[]): Promise<void>
  /** Whether the engine of this process is able to do what it was asked to. */
  healthy(): Promise<boolean>
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

  definition(name: string): JobDefinition | undefined {
    return definitions.get(name)
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

  retry(name: string, id: string): Promise<boolean> {
    return requireEngine().retry(name, id)
  },

  dismiss(name: string, id: string): Promise<boolean> {
    return requireEngine().dismiss(name, id)
  },

  failed(query: JobQuery = {}): Promise<FailedJob[]> {
    return requireEngine().failed(query)
  },

  pending(query: JobQuery = {}): Promise<PendingJob[]> {
    return requireEngine().pending(query)
  },

  counts(query: JobQuery = {}): Promise<QueueCount[]> {
    return requireEngine().counts(query)
  },

  work(): Promise<void> {
    return requireEngine().work([...definitions.values()])
  },

  healthy(): Promise<boolean> {
    return requireEngine().healthy()
  },

  stop(): Promise<void> {
    return engine?.stop() ?? Promise.resolve()
  },
}

function requireEngine(): JobEngine {
  if (!engine) throw new Error('The job engine is not ready: is JobsProvider registered?')
  return engine
}
