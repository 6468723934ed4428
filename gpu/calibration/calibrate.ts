/** One pass of a text through a model, feeding whatever statistics the methods need. */
import { freemem } from 'node:os'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Note } from '../protocol.js'
import { ModelError, note } from '../shared/errors.js'
import type { TaskContext } from '../shared/task.js'
import { loadModel } from '../llama/model.js'
import type { FromWorker, Want, WorkerOrder } from './messages.js'
import type { WeightStatistics } from './statistics.js'
import { cutSamples, readCalibrationText, type SampleOptions } from './text.js'

export type { Want } from './messages.js'
export type { StatisticKind, WeightStatistics } from './statistics.js'

/** Every matrix of the decoder's layers; the output is left out, as llama-imatrix does. */
export const LAYER_WEIGHTS = '^blk\\.\\d+\\..+\\.weight$'

/** Share of the free memory that Hessians may take. */
const HESSIAN_SHARE = 0.6
const DEFAULT_SAMPLES = 128
const DEFAULT_SEQ_LEN = 512
const DEFAULT_SAMPLE_ROWS = 512

export interface CalibrationOrder {
  /** F16, BF16, F32 or quantized. */
  gguf: string
  wants: readonly Want[]
  /** UTF-8 text; the bundled one when absent. */
  text?: string
  samples?: number
  seqLen?: number
  choose?: SampleOptions['choose']
  /** Rows kept for `sample`, about. */
  sampleRows?: number
  /** Bytes that Hessians may take at a time; from the free memory when absent. */
  memoryBytes?: number
}

export interface Calibration {
  weights: Map<string, WeightStatistics>
  text: { source: 'bundled' | 'given'; sha256: string }
  samples: number
  tokens: number
  notes: Note[]
}

/** Statistics of all wanted weights at once. @throws as `calibrateInPasses`. */
export async function calibrate(
  order: CalibrationOrder,
  context: TaskContext
): Promise<Calibration> {
  let whole: Calibration | undefined
  for await (const part of calibrateInPasses({ memoryBytes: Infinity, ...order }, context)) {
    if (!whole) whole = part
    else for (const [name, statistics] of part.weights) whole.weights.set(name, statistics)
  }
  return whole!
}

/**
 * Like `calibrate`, in as many passes over ranges of layers as the memory for Hessians asks for.
 * Each part is handed over before the next pass begins, so drop it when it is used up.
 *
 * @throws {ModelError} E_CALIBRATION_TEXT, E_ACTIVATIONS_NOT_FINITE, E_OUT_OF_MEMORY and what
 *   `loadModel` throws; an abort rejects within a layer.
 */
export async function* calibrateInPasses(
  order: CalibrationOrder,
  { signal, report }: TaskContext
): AsyncGenerator<Calibration> {
  signal.throwIfAborted()
  report({ stage: 'calibrating', fraction: 0 })
  const { text, source, sha256, notes } = await readCalibrationText(order.text)
  const cut = await tokenize(order, text, signal)
  const cancel = new Int32Array(new SharedArrayBuffer(4))
  const worker = startWorker({
    gguf: order.gguf,
    samples: cut.samples,
    wants: order.wants,
    sampleRows: order.sampleRows ?? DEFAULT_SAMPLE_ROWS,
    memoryBytes: order.memoryBytes ?? freemem() * HESSIAN_SHARE,
    cancel,
  })
  const stop = () => {
    Atomics.store(cancel, 0, 1)
    worker.postMessage('next')
  }
  signal.addEventListener('abort', stop, { once: true })
  const started = performance.now()
  try {
    for await (const message of messagesOf(worker)) {
      signal.throwIfAborted()
      if (message.type === 'failed') throw errorOf(message.failure)
      if (message.type === 'progress') {
        const { fraction, item } = message
        const seconds = (performance.now() - started) / 1000
        const etaSeconds = fraction > 0.01 ? (seconds / fraction) * (1 - fraction) : undefined
        report({ stage: 'calibrating', fraction, item, etaSeconds })
        continue
      }
      yield {
        weights: new Map(message.weights.map((weight) => [weight.name, weight])),
        text: { source, sha256 },
        samples: cut.samples.length,
        tokens: cut.samples.reduce((sum, sample) => sum + sample.length, 0),
        notes: [...notes, ...cut.notes, ...unseen(message.weights)],
      }
      if (message.last) return
      worker.postMessage('next')
    }
    signal.throwIfAborted()
    throw new Error('The calibration ended without a result')
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
    // Native code may still be writing; the thread ends by itself at the next layer.
    await exited(worker)
  }
}

async function tokenize(order: CalibrationOrder, text: string, signal: AbortSignal) {
  const model = await loadModel(order.gguf, { signal, headerOnly: true })
  try {
    const seqLen = Math.min(order.seqLen ?? DEFAULT_SEQ_LEN, model.contextTrained || Infinity)
    return cutSamples(model.tokenize(text), {
      samples: order.samples ?? DEFAULT_SAMPLES,
      // The bundled text has fewer than the usual number, by choice.
      asked: order.text !== undefined || order.samples !== undefined,
      seqLen,
      bos: model.bos,
      choose: order.choose,
    })
  } finally {
    model.free()
  }
}

function startWorker(workerData: WorkerOrder): Worker {
  return new Worker(new URL('worker.js', import.meta.url), { workerData })
}

async function* messagesOf(worker: Worker): AsyncGenerator<FromWorker> {
  const waiting: FromWorker[] = []
  let ended: { error?: unknown } | undefined
  let wake = () => {}
  worker.on('message', (message: FromWorker) => {
    // Only the newest progress matters to somebody who was busy.
    if (message.type === 'progress' && waiting.at(-1)?.type === 'progress') waiting.pop()
    waiting.push(message)
    wake()
  })
  worker.on('error', (error) => {
    ended = { error }
    wake()
  })
  worker.on('exit', () => {
    ended ??= {}
    wake()
  })
  for (;;) {
    const message = waiting.shift()
    if (message) yield message
    else if (ended?.error) throw ended.error
    else if (ended) return
    else await new Promise<void>((resolve) => (wake = resolve))
  }
}

async function exited(worker: Worker): Promise<void> {
  if (worker.threadId !== -1) await once(worker, 'exit')
}

function errorOf({
  code,
  message,
  params,
  retryable,
}: {
  code: string
  message: string
  params: Record<string, string | number>
  retryable: boolean
}): Error {
  return new ModelError(code as `E_${string}`, message, { params, retryable })
}

/** Experts that no token was sent to have nothing to be calibrated by. */
function unseen(weights: WeightStatistics[]): Note[] {
  const idle = weights.filter(({ rows }) => rows.includes(0))
  if (idle.length === 0) return []
  return [
    note(
      'experts_not_reached',
      `In ${idle.length} layers some experts were never used by the calibration text. Longer or more varied text reaches them.`,
      { layers: idle.length }
    ),
  ]
}
