import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

/** What a handler in a worker thread is given beside its order. */
export interface WorkerEnv {
  /** @throws AbortError when the work is cancelled; to be called several times per second. */
  checkpoint(): void
}
export type Handlers = Record<string, (order: any, env: WorkerEnv) => Promise<unknown>>

export type ToWorker = { id: number; kind: string; order: unknown }
export type FromWorker = { id: number; result: unknown } | { id: number; error: Error }

interface Waiting {
  message: ToWorker
  resolve(result: unknown): void
  reject(error: Error): void
}

/** Who carries out orders. */
export interface Workers<H extends Handlers> {
  /** How many orders are worked on at the same time. */
  readonly size: number
  run<K extends string & keyof H>(
    kind: K,
    order: Parameters<H[K]>[0]
  ): Promise<Awaited<ReturnType<H[K]>>>
  close(): Promise<void>
}

/**
 * Worker threads for calculations: each takes one order at a time and starts when the first
 * order needs it. Matrices travel in shared memory. Cancelling reaches running handlers through
 * a shared flag at their next checkpoint.
 */
export class WorkerPool<H extends Handlers> implements Workers<H> {
  readonly #idle: Worker[] = []
  readonly #all = new Map<Worker, Waiting | null>()
  readonly #queue: Waiting[] = []
  readonly #stop = new Int32Array(new SharedArrayBuffer(4))
  #nextId = 1

  /** @param entry a module that calls `serve` with the handlers H */
  constructor(
    private readonly entry: URL,
    signal: AbortSignal,
    readonly size = availableParallelism()
  ) {
    const stop = () => void Atomics.store(this.#stop, 0, 1)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  }

  run<K extends string & keyof H>(
    kind: K,
    order: Parameters<H[K]>[0]
  ): Promise<Awaited<ReturnType<H[K]>>> {
    return new Promise((resolve, reject) => {
      const message = { id: this.#nextId++, kind, order }
      this.#queue.push({ message, resolve: resolve as Waiting['resolve'], reject })
      this.#advance()
    })
  }

  async close(): Promise<void> {
    Atomics.store(this.#stop, 0, 1)
    const workers = [...this.#all.keys()]
    this.#all.clear()
    await Promise.all(workers.map((worker) => worker.terminate()))
  }

  #advance(): void {
    while (this.#queue.length > 0) {
      const worker = this.#idle.pop() ?? (this.#all.size < this.size ? this.#start() : undefined)
      if (!worker) return
      const next = this.#queue.shift()!
      this.#all.set(worker, next)
      worker.postMessage(next.message)
    }
  }

  #start(): Worker {
    // In development the sources are TypeScript, whose loader a thread has to register anew.
    const execArgv = this.entry.pathname.endsWith('.ts')
      ? ['--import', import.meta.resolve('@poppinss/ts-exec')]
      : []
    const worker = new Worker(this.entry, { workerData: this.#stop, execArgv })
    this.#all.set(worker, null)
    worker.unref()
    worker.on('message', (message: FromWorker) => {
      const waiting = this.#all.get(worker)
      this.#all.set(worker, null)
      this.#idle.push(worker)
      if ('error' in message) waiting?.reject(message.error)
      else waiting?.resolve(message.result)
      this.#advance()
    })
    worker.on('error', (error) => this.#lost(worker, error as Error))
    worker.on('exit', (code) => this.#lost(worker, new Error(`A worker ended with code ${code}.`)))
    return worker
  }

  #lost(worker: Worker, error: Error): void {
    const waiting = this.#all.get(worker)
    this.#all.delete(worker)
    const at = this.#idle.indexOf(worker)
    if (at >= 0) this.#idle.splice(at, 1)
    waiting?.reject(error)
  }
}
