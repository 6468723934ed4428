import type { Backend, Failure, Orders, Progress, Task } from '#gpu/protocol'

/** Work on a model that ended without a result; `failure` says why, in words for people. */
export class GpuFailure extends Error {
  static readonly code = 'E_GPU_FAILURE'
  readonly code = GpuFailure.code

  constructor(readonly failure: Failure) {
    super(failure.message)
    this.name = 'GpuFailure'
  }

  get cancelled(): boolean {
    return this.failure.code === 'E_CANCELLED'
  }
}

export interface RunOptions {
  onProgress?: (progress: Progress) => void
  /** Aborting it stops the work within about a second. */
  signal?: AbortSignal
}

export interface GpuStatus {
  /** It starts when it is first needed and stops when nothing has been asked for a while. */
  state: 'stopped' | 'starting' | 'running'
  /** What computes language models here and why; known once the process has run. */
  backend: Backend | null
  running: { task: Task; startedAt: Date; waiting: boolean }[]
  /** Resident memory of the process, null while it is stopped. */
  memoryBytes: number | null
  /** The last time that it ended by itself. */
  lastCrash: { at: Date; reason: string } | null
}

/** The GPU process as rooms use it; its supervisor is chosen by the provider. */
export interface GpuEngine {
  run<T extends Task>(
    task: T,
    order: Orders[T]['order'],
    options?: RunOptions
  ): Promise<Orders[T]['result']>
  status(): GpuStatus
  /** Starts the process when it does not run, to learn its backend. */
  probe(): Promise<Backend>
}

let engine: GpuEngine | null = null

function requireEngine(): GpuEngine {
  if (!engine) throw new Error('The GPU process has no supervisor in this environment')
  return engine
}

/**
 * Work on models: reading, quantizing and comparing them happens in a process of its own.
 * `quantize` and `evaluate` run one at a time per box, `inspect` at once. A process that dies
 * rejects with a retryable failure; the same order, with the same checkpoint, then goes on where
 * it stopped.
 *
 * @throws GpuFailure
 */
export const gpu = {
  /** Called once by the provider; tests put another in its place. Answers with the one before. */
  useEngine(next: GpuEngine | null): GpuEngine | null {
    const before = engine
    engine = next
    return before
  },
  run<T extends Task>(task: T, order: Orders[T]['order'], options?: RunOptions) {
    return requireEngine().run(task, order, options)
  },
  status(): GpuStatus {
    return requireEngine().status()
  },
  probe(): Promise<Backend> {
    return requireEngine().probe()
  },
}
