/*
 * The process of the box's own model: loads one GGUF and answers requests about it, several at
 * once in one batch. Started and supervised by the application (local_model_process.ts); it has
 * no database, no HTTP and no secrets, and ends with its parent.
 */
import type { FromModel, ToModel } from '../protocol.js'
import { openModel, type OpenModel } from './open_model.js'

if (!process.send) {
  console.error('This is a part of Comptoir; it is started by the application.')
  process.exit(1)
}
const send = (message: FromModel) => void process.send!(message, () => {})
const cancels = new Map<string, AbortController>()
let model: OpenModel | null = null

process.on('disconnect', () => process.exit(0))
// Ctrl-C on a terminal reaches children too; the parent decides when this one ends.
process.on('SIGINT', () => {})

process.on('message', (message: ToModel) => {
  switch (message.type) {
    case 'ping':
      return send({ type: 'pong', memoryBytes: process.memoryUsage.rss() })
    case 'cancel':
      return cancels.get(message.id)?.abort()
    case 'load':
      return void load(message)
    case 'generate':
      return void generate(message)
  }
})

async function load({ order }: ToModel & { type: 'load' }): Promise<void> {
  try {
    model = await openModel(order)
    send({ type: 'loaded', contextTokens: model.contextTokens, backend: model.backend })
  } catch (error) {
    send({ type: 'load_failed', message: messageOf(error) })
  }
}

async function generate({ order }: ToModel & { type: 'generate' }): Promise<void> {
  const { id } = order
  const cancel = new AbortController()
  cancels.set(id, cancel)
  try {
    const generated = await model!.generate(order, cancel.signal, (text) =>
      send({ type: 'delta', id, text })
    )
    send({ type: 'done', id, generated })
  } catch (error) {
    if (cancel.signal.aborted) return
    // Every failure of the library here is about this request: its size or its schema.
    send({ type: 'failed', id, reason: 'bad_request', message: messageOf(error) })
  } finally {
    cancels.delete(id)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
