import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { totalmem } from 'node:os'
import type { Backend, Failure, FromGpu, Orders, Progress, Task, ToGpu } from '#gpu/protocol'
import { PROTOCOL_VERSION, readFromGpu } from '#gpu/protocol'
import { GpuFailure, type GpuEngine, type GpuStatus, type RunOptions } from '#shared/gpu/gpu'
import { DeviceLock } from './device_lock.js'
import { explainExit, type KillReason } from './explain_exit.js'
import { spawnProcess } from './spawn_process.js'

export interface GpuProcessOptions {
  /** Module that the process runs. */
  entry: URL
  /** Settings of the box that the environment does not name. */
  settings?: NodeJS.ProcessEnv
  /** File of the lock that keeps heavy work to one at a time on the box. */
  lockPath: string
  /** Lines of the process's own log, and crashes. */
  log(line: string): void
  /** Stops the process when nothing was asked for so long. Default 5 minutes. */
  idleMs?: number
  /** Resident bytes beyond which the process is ended. Default three quarters of the machine. */
  memoryLimitBytes?: number
  /** A process that says nothing for so long counts as stuck. Default 2 minutes. */
  silenceMs?: number
  /** How often the process is asked how it is. Default 2 seconds. */
  heartbeatMs?: number
}

const START_TIMEOUT_MS = 60_000
/** A task that does not stop by itself is stopped with its process. */
const CANCEL_TIMEOUT_MS = 1_000
/** A task whose process was ended because of another one is sent again, so often at most. */
const MAX_RESENDS = 3
const HEAVY = new Set<Task>(['quantize', 'evaluate'])
const CANCELLED: Failure = {
  code: 'E_CANCELLED',
  message: 'The job was cancelled.',
  params: {},
  retryable: false,
}

interface Pending {
  id: string
  task: Task
  order: Orders[Task]['order']
  onProgress: ((progress: Progress) => void) | undefined
  resolve(result: Orders[Task]['result']): void
  reject(failure: Failure): void
  resends: number
  cancelled: boolean
}

/**
 * Supervisor of the one GPU process: starts it on first need, speaks the protocol with it, ends
 * it when it is stuck, too large or idle, and turns its end into failures that people understand.
 */
export class GpuProcess implements GpuEngine {
  readonly #options: Required<GpuProcessOptions>
  readonly #lock: DeviceLock
  readonly #pending = new Map<string, Pending>()
  readonly #running = new Set<GpuStatus['running'][number]>()
  #child: ChildProcess | null = null
  #ready: Promise<Backend> | null = null
  #backend: Backend | null = null
  #memoryBytes: number | null = null
  #lastCrash: GpuStatus['lastCrash'] = null
  #killReason: KillReason | null = null
  #heardAt = 0
  #idleSince = 0
  #heavy: Promise<unknown> = Promise.resolve()

  constructor(options: GpuProcessOptions) {
    this.#options = {
      settings: {},
      idleMs: 5 * 60_000,
      silenceMs: 2 * 60_000,
      heartbeatMs: 2_000,
      memoryLimitBytes: Math.floor((process.constrainedMemory() || totalmem()) * 0.75),
      ...options,
    }
    this.#lock = new DeviceLock(options.lockPath)
  }

  run<T extends Task>(
    task: T,
    order: Orders[T]['order'],
    options: RunOptions = {}
  ): Promise<Orders[T]['result']> {
    const entry = { task, startedAt: new Date(), waiting: HEAVY.has(task) }
    this.#running.add(entry)
    const work = HEAVY.has(task)
      ? this.#inTurn(() => this.#withDevice(entry, () => this.#send(task, order, options), options))
      : this.#send(task, order, options)
    return work.finally(() => this.#running.delete(entry))
  }

  status(): GpuStatus {
    const state = this.#child ? (this.#memoryBytes === null ? 'starting' : 'running') : 'stopped'
    return {
      state,
      backend: this.#backend,
      running: [...this.#running],
      memoryBytes: this.#child ? this.#memoryBytes : null,
      lastCrash: this.#lastCrash,
    }
  }

  probe(): Promise<Backend> {
    return this.#start()
  }

  /** Ends the process; what it was doing can be resumed. */
  async stop(): Promise<void> {
    const child = this.#child
    if (!child) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    this.#kill('stopped')
    await gone
  }

  /** Heavy work of this process waits for its turn here, so that the lock file sees one at a time. */
  #inTurn<R>(work: () => Promise<R>): Promise<R> {
    const turn = this.#heavy.then(work)
    this.#heavy = turn.catch(() => {})
    return turn
  }

  async #withDevice<R>(
    entry: { waiting: boolean },
    work: () => Promise<R>,
    { signal, onProgress }: RunOptions
  ): Promise<R> {
    onProgress?.({ stage: 'waiting', fraction: 0 })
    const giveBack = await this.#lock.acquire(signal).catch((error) => {
      if (signal?.aborted) throw new GpuFailure(CANCELLED)
      throw error
    })
    entry.waiting = false
    try {
      return await work()
    } finally {
      await giveBack()
    }
  }

  async #send<T extends Task>(
    task: T,
    order: Orders[T]['order'],
    { onProgress, signal }: RunOptions
  ): Promise<Orders[T]['result']> {
    if (signal?.aborted) throw new GpuFailure(CANCELLED)
    await this.#start()
    return new Promise((resolve, reject) => {
      const pending: Pending = {
        id: randomUUID(),
        task,
        order,
        onProgress,
        resends: 0,
        cancelled: false,
        resolve: (result) => finish(() => resolve(result)),
        reject: (failure) =>
          finish(() => reject(new GpuFailure(pending.cancelled ? CANCELLED : failure))),
      }
      const cancel = () => this.#cancel(pending)
      const finish = (settle: () => void) => {
        this.#pending.delete(pending.id)
        this.#idleSince = Date.now()
        signal?.removeEventListener('abort', cancel)
        settle()
      }
      this.#pending.set(pending.id, pending)
      signal?.addEventListener('abort', cancel)
      this.#post({ type: task, id: pending.id, order })
      if (signal?.aborted) cancel()
    })
  }

  #cancel(pending: Pending): void {
    pending.cancelled = true
    this.#post({ type: 'cancel', id: pending.id })
    setTimeout(() => {
      if (this.#pending.has(pending.id)) this.#kill('cancelled')
    }, CANCEL_TIMEOUT_MS).unref()
  }

  #post(message: ToGpu): void {
    // A channel that is closing has an exit coming, which answers everything.
    this.#child?.send(message, () => {})
  }

  #start(): Promise<Backend> {
    this.#ready ??= new Promise<Backend>((resolve, reject) => {
      const child = spawnProcess(this.#options.entry, this.#options.settings)
      this.#child = child
      this.#killReason = null
      this.#heardAt = this.#idleSince = Date.now()
      for (const stream of [child.stdout, child.stderr]) this.#forward(stream)

      const late = setTimeout(() => this.#kill('unresponsive'), START_TIMEOUT_MS)
      const heartbeat = setInterval(() => this.#watch(), this.#options.heartbeatMs).unref()
      let reading: Promise<void> = Promise.resolve()
      child.on('message', (message) => {
        this.#heardAt = Date.now()
        reading = reading
          .then(async () => this.#receive(await readFromGpu(message), resolve))
          .catch((error) => this.#options.log(`unreadable message: ${error}`))
      })
      child.on('error', (error) => this.#options.log(String(error)))
      child.on('exit', (code, signal) => {
        clearTimeout(late)
        clearInterval(heartbeat)
        const reason = this.#killReason
        const failure = explainExit(reason, code, signal)
        this.#child = this.#ready = this.#memoryBytes = null
        reject(new GpuFailure(failure))
        // What arrived before the end still counts.
        void reading.then(() => this.#onExit(reason, failure))
      })
      child.once('message', () => clearTimeout(late))
    })
    return this.#ready
  }

  #receive(message: FromGpu, onReady: (backend: Backend) => void): void {
    switch (message.type) {
      case 'ready':
        if (message.protocol !== PROTOCOL_VERSION) return this.#kill('unresponsive')
        this.#backend = message.backend
        this.#memoryBytes = 0
        this.#post({ type: 'ping' })
        return onReady(message.backend)
      case 'pong':
        this.#memoryBytes = message.memoryBytes
        if (message.memoryBytes > this.#options.memoryLimitBytes) this.#kill('out_of_memory')
        return
      case 'progress':
        return this.#pending.get(message.id)?.onProgress?.(message.progress)
      case 'result':
        return this.#pending.get(message.id)?.resolve(message.result)
      case 'failed':
        return this.#pending.get(message.id)?.reject(message.failure)
      case 'accepted':
        return
    }
  }

  #watch(): void {
    const now = Date.now()
    if (now - this.#heardAt > this.#options.silenceMs) return this.#kill('unresponsive')
    const idle = this.#running.size === 0 && now - this.#idleSince > this.#options.idleMs
    if (idle) return this.#kill('stopped')
    this.#post({ type: 'ping' })
  }

  #kill(reason: KillReason): void {
    this.#killReason ??= reason
    this.#child?.kill('SIGKILL')
  }

  #onExit(reason: KillReason | null, failure: Failure): void {
    const left = [...this.#pending.values()]
    if (reason !== 'stopped' && reason !== 'cancelled') {
      this.#lastCrash = { at: new Date(), reason: failure.message }
      this.#options.log(`the GPU process ended: ${failure.code}`)
    }
    for (const pending of left) {
      const bystander = reason === 'cancelled' && !pending.cancelled
      if (bystander && pending.resends < MAX_RESENDS) void this.#resend(pending)
      else pending.reject(failure)
    }
  }

  async #resend(pending: Pending): Promise<void> {
    pending.resends++
    try {
      await this.#start()
      this.#post({ type: pending.task, id: pending.id, order: pending.order })
    } catch (error) {
      pending.reject((error as GpuFailure).failure)
    }
  }

  #forward(stream: NodeJS.ReadableStream | null): void {
    let rest = ''
    stream?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('utf8')).split('\n')
      rest = (lines.pop() ?? '').slice(-2_000)
      for (const line of lines) if (line.trim()) this.#options.log(line.slice(0, 2_000))
    })
  }
}
