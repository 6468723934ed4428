import type { FromGpu, Orders, Progress, Task, ToGpu } from '../protocol.js'
import { readToGpu } from '../protocol.js'
import { failureOf, ModelError } from '../shared/errors.js'
import type { TaskContext } from '../shared/task.js'

export type Handlers = {
  [T in Task]: (order: Orders[T]['order'], context: TaskContext) => Promise<Orders[T]['result']>
}

/** The other end of the wire, as `process` offers it to a forked child. */
export interface Channel {
  send(message: FromGpu): void
  /** Unexpected errors, with their stack, for the log. */
  log(error: unknown): void
}

/** Progress messages per task are at least so far apart, a new stage excepted. */
const REPORT_INTERVAL_MS = 200

/**
 * Works on orders until the channel closes. Orders run side by side: the application decides how
 * many it sends. Whatever a handler throws ends its own order and nothing else.
 */
export class Server {
  readonly #handlers: Handlers
  readonly #channel: Channel
  readonly #running = new Map<string, AbortController>()
  /** Messages are read one after the other, so that a cancel never overtakes its order. */
  #reading: Promise<void> = Promise.resolve()

  constructor(handlers: Handlers, channel: Channel) {
    this.#handlers = handlers
    this.#channel = channel
  }

  receive(message: unknown): void {
    this.#reading = this.#reading.then(async () => {
      try {
        this.#dispatch(await readToGpu(message))
      } catch (error) {
        this.#channel.log(error)
        this.#refuse(message, error)
      }
    })
  }

  /** An order that cannot be read still gets its answer. */
  #refuse(message: unknown, error: unknown) {
    const id = (message as { id?: unknown } | null)?.id
    if (typeof id !== 'string' || !id) return
    const refusal = new ModelError('E_BAD_ORDER', 'The order to the GPU process is incomplete.', {
      cause: error,
    })
    this.#channel.send({ type: 'failed', id, failure: failureOf(refusal) })
  }

  #dispatch(message: ToGpu): void {
    switch (message.type) {
      case 'ping': {
        const tasks = [...this.#running.keys()]
        this.#channel.send({ type: 'pong', memoryBytes: process.memoryUsage.rss(), tasks })
        return
      }
      case 'cancel':
        this.#running.get(message.id)?.abort()
        return
      default:
        void this.#work(message.id, message.type, message.order)
    }
  }

  async #work<T extends Task>(id: string, task: T, order: Orders[T]['order']): Promise<void> {
    const controller = new AbortController()
    this.#running.set(id, controller)
    this.#channel.send({ type: 'accepted', id })
    const report = throttle((progress) => {
      if (!controller.signal.aborted) this.#channel.send({ type: 'progress', id, progress })
    })
    try {
      const result = await this.#handlers[task](order, { signal: controller.signal, report })
      controller.signal.throwIfAborted()
      this.#channel.send({ type: 'result', id, result })
    } catch (error) {
      const failure = failureOf(error)
      if (failure.code === 'E_UNEXPECTED') this.#channel.log(error)
      this.#channel.send({ type: 'failed', id, failure })
    } finally {
      this.#running.delete(id)
    }
  }
}

function throttle(send: (progress: Progress) => void): (progress: Progress) => void {
  let sentAt = -Infinity
  let stage = ''
  return (progress) => {
    const now = performance.now()
    if (progress.stage === stage && now - sentAt < REPORT_INTERVAL_MS) return
    sentAt = now
    stage = progress.stage
    send({ ...progress, fraction: Math.min(1, Math.max(0, progress.fraction || 0)) })
  }
}
