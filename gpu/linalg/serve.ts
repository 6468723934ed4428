import { parentPort, workerData } from 'node:worker_threads'
import type { FromWorker, Handlers, ToWorker, WorkerEnv } from './worker_pool.js'

/** The other end of a `WorkerPool`: answers orders one after the other. */
export function serve(handlers: Handlers): void {
  const stop = workerData as Int32Array
  const env: WorkerEnv = {
    checkpoint() {
      if (Atomics.load(stop, 0) === 1)
        throw new DOMException('The work was cancelled.', 'AbortError')
    },
  }
  parentPort!.on('message', async ({ id, kind, order }: ToWorker) => {
    try {
      env.checkpoint()
      const handler = handlers[kind]
      if (!handler) throw new TypeError(`No handler for ${kind}.`)
      answer({ id, result: await handler(order, env) })
    } catch (error) {
      answer({ id, error: error as Error })
    }
  })
}

function answer(message: FromWorker): void {
  parentPort!.postMessage(message)
}
