import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { local } from '#config/llm'
import { spawnProcess } from '#providers/gpu_process/spawn_process'
import { ProviderFailure } from '#app/llm/providers/provider_failure'
import type { FromModel, Generated, GenerateOrder, ToModel } from './protocol.js'

export interface LocalModelOptions {
  /** Module that the process runs. */
  entry: URL
  /** GPU_BACKEND of the box, `auto` when it is not set. */
  backend: string
  log(line: string): void
}

export interface LocalModelStatus {
  state: 'stopped' | 'loading' | 'running'
  path: string | null
  backend: string | null
  contextTokens: number | null
  answering: number
  memoryBytes: number | null
  lastCrash: { at: Date; reason: string } | null
}

interface Pending {
  resolve(generated: Generated): void
  reject(failure: ProviderFailure): void
  onText(text: string): void
}

interface Running {
  child: ChildProcess
  path: string
  loaded: Promise<{ contextTokens: number; backend: string }>
}

const HEARTBEAT_MS = 5_000
/** A process that says nothing for so long counts as stuck. */
const SILENCE_MS = 60_000
/** After this many crashes in a row the model rests, so that it does not crash all day. */
const MAX_CRASHES = 3
const REST_MS = 30_000

/**
 * Supervisor of the model on the box: starts its process with the first request, refuses more
 * than its queue holds, ends it when it is idle or stuck, and starts it again after a crash.
 */
export class LocalModelProcess {
  readonly #pending = new Map<string, Pending>()
  #running: Running | null = null
  #status: Pick<LocalModelStatus, 'backend' | 'contextTokens' | 'memoryBytes'> = NOTHING
  #lastCrash: LocalModelStatus['lastCrash'] = null
  #crashes = 0
  #heardAt = 0
  #usedAt = 0

  constructor(private readonly options: LocalModelOptions) {}

  status(): LocalModelStatus {
    const { contextTokens } = this.#status
    return {
      state: !this.#running ? 'stopped' : contextTokens === null ? 'loading' : 'running',
      path: this.#running?.path ?? null,
      ...this.#status,
      answering: this.#pending.size,
      lastCrash: this.#lastCrash,
    }
  }

  /** Answers with the model at `path`. @throws ProviderFailure */
  async generate(
    path: string,
    order: Omit<GenerateOrder, 'id'>,
    signal: AbortSignal,
    onText: (text: string) => void
  ): Promise<Generated> {
    if (signal.aborted) throw new ProviderFailure('aborted')
    if (this.#pending.size >= local.sequences + local.queue) throw new ProviderFailure('busy')
    const id = randomUUID()
    return new Promise<Generated>((resolve, reject) => {
      const finish = (settle: () => void) => {
        this.#pending.delete(id)
        this.#usedAt = Date.now()
        signal.removeEventListener('abort', cancel)
        settle()
      }
      const cancel = () => {
        this.#post({ type: 'cancel', id })
        finish(() => reject(new ProviderFailure('aborted')))
      }
      this.#pending.set(id, {
        onText,
        resolve: (generated) => finish(() => resolve(generated)),
        reject: (failure) => finish(() => reject(failure)),
      })
      signal.addEventListener('abort', cancel)
      this.load(path).then(
        () => this.#pending.has(id) && this.#post({ type: 'generate', order: { ...order, id } }),
        (failure) => this.#pending.get(id)?.reject(failure)
      )
    })
  }

  /** Starts the process with a model unless it runs already. @throws ProviderFailure */
  async load(path: string): Promise<{ contextTokens: number; backend: string }> {
    if (this.#running && this.#running.path !== path) await this.stop()
    if (!this.#running) {
      const restsUntil = (this.#lastCrash?.at.getTime() ?? 0) + REST_MS
      if (this.#crashes >= MAX_CRASHES && Date.now() < restsUntil) {
        throw new ProviderFailure('unavailable', new Error(this.#lastCrash?.reason))
      }
      this.#start(path)
    }
    return this.#running!.loaded
  }

  async stop(): Promise<void> {
    const running = this.#running
    if (!running) return
    this.#running = null
    const gone = new Promise((resolve) => running.child.once('exit', resolve))
    running.child.kill('SIGKILL')
    await gone
  }

  #start(path: string): void {
    const child = spawnProcess(this.options.entry)
    const {
      promise: loaded,
      resolve,
      reject,
    } = Promise.withResolvers<{
      contextTokens: number
      backend: string
    }>()
    loaded.catch(() => {})
    const running: Running = { child, path, loaded }
    this.#running = running
    this.#status = NOTHING
    this.#heardAt = this.#usedAt = Date.now()
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.options.log(chunk.toString('utf8').trimEnd()))
    }
    const late = setTimeout(() => child.kill('SIGKILL'), local.loadMs)
    const heartbeat = setInterval(() => this.#watch(running), HEARTBEAT_MS).unref()
    child.on('error', (error) => this.options.log(String(error)))
    child.on('message', (message: FromModel) => {
      this.#heardAt = Date.now()
      if (message.type === 'loaded') {
        clearTimeout(late)
        const { contextTokens, backend } = message
        this.#status = { ...this.#status, contextTokens, backend }
        resolve({ contextTokens, backend })
      } else if (message.type === 'load_failed') {
        reject(new ProviderFailure('unavailable', new Error(message.message)))
        this.#lastCrash = { at: new Date(), reason: message.message }
        this.#crashes = MAX_CRASHES
        child.kill('SIGKILL')
      } else this.#receive(message)
    })
    child.on('exit', (code, signal) => {
      clearTimeout(late)
      clearInterval(heartbeat)
      const reason = `the model's process ended (${signal ?? `code ${code}`})`
      reject(new ProviderFailure('unavailable', new Error(reason)))
      this.#onExit(running, reason)
    })
    this.#post({
      type: 'load',
      order: {
        ...{ path, sequences: local.sequences, contextTokens: local.contextTokens },
        backend: this.options.backend,
      },
    })
  }

  #receive(message: Exclude<FromModel, { type: 'loaded' | 'load_failed' }>): void {
    switch (message.type) {
      case 'pong':
        this.#status = { ...this.#status, memoryBytes: message.memoryBytes }
        return
      case 'delta':
        return this.#pending.get(message.id)?.onText(message.text)
      case 'done':
        this.#crashes = 0
        return this.#pending.get(message.id)?.resolve(message.generated)
      case 'failed': {
        const cause = new Error(message.message)
        return this.#pending.get(message.id)?.reject(new ProviderFailure(message.reason, cause))
      }
    }
  }

  /** A crash takes the requests of its moment along; the next one finds a new process. */
  #onExit(running: Running, reason: string): void {
    const wanted = this.#running !== running
    if (!wanted) {
      this.#running = null
      if (!this.#lastCrash || this.#crashes < MAX_CRASHES) {
        this.#lastCrash = { at: new Date(), reason }
        this.#crashes++
      }
      this.options.log(reason)
    }
    this.#status = NOTHING
    for (const pending of [...this.#pending.values()]) {
      pending.reject(new ProviderFailure('unavailable', new Error(reason)))
    }
  }

  #watch(running: Running): void {
    if (this.#running !== running) return
    const now = Date.now()
    const loading = this.#status.contextTokens === null
    if (!loading && now - this.#heardAt > SILENCE_MS) return void running.child.kill('SIGKILL')
    if (this.#pending.size === 0 && now - this.#usedAt > local.idleMs) return void this.stop()
    this.#post({ type: 'ping' })
  }

  #post(message: ToModel): void {
    // A channel that is closing has an exit coming, which answers everything.
    this.#running?.child.send(message, () => {})
  }
}

const NOTHING = { backend: null, contextTokens: null, memoryBytes: null }
