/*
 * The thread in which calibration computes. llama.cpp calls back for every layer; here that costs
 * no detour, and the process's main thread stays free to answer and to cancel.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { once } from 'node:events'
import { failureOf, ModelError } from '../shared/errors.js'
import { loadModel, type LanguageModel } from '../llama/model.js'
import type { FromWorker, WorkerOrder } from './messages.js'
import { observe, type LinearInput, type Observer } from './observe.js'
import { planPasses, type Linear } from './plan.js'
import { InputStatistics, type StatisticKind } from './statistics.js'

const order = workerData as WorkerOrder
const port = parentPort!
const send = (message: FromWorker) => port.postMessage(message)
const cancelled = () => Atomics.load(order.cancel, 0) !== 0

/** Tokens of the first look at the layers, fewer than any kernel's minimum for a matrix product. */
const SURVEY_TOKENS = 32

try {
  await run()
} catch (error) {
  send({ type: 'failed', failure: failureOf(error) })
}

async function run(): Promise<void> {
  const model = await loadModel(order.gguf)
  try {
    const passes = planPasses(survey(model), order.memoryBytes)
    if (passes.length === 0) {
      throw new ModelError(
        'E_NOTHING_TO_CALIBRATE',
        'No layer of this model can be calibrated: none of its weights has the expected name.'
      )
    }
    for (const [index, pass] of passes.entries()) {
      const groups = measure(model, pass, (fraction, item) =>
        send({ type: 'progress', fraction: (index + fraction) / passes.length, item })
      )
      if (cancelled()) return
      const weights = pass.flatMap(({ name, group, kinds }) => {
        const statistics = groups.get(group)
        return statistics ? [statistics.finish(name, kinds)] : []
      })
      const last = index === passes.length - 1
      send({ type: 'part', weights, last })
      if (!last) await once(port, 'message')
      if (cancelled()) return
    }
  } finally {
    model.free()
  }
}

/** Reads a few tokens to learn which weights there are and which share an input. */
function survey(model: LanguageModel): Linear[] {
  const linears = new Map<string, Linear>()
  const groups = new Map<string, number>()
  const wants = order.wants.map((want) => ({ ...want, pattern: new RegExp(want.pattern) }))
  compute(model, [order.samples[0]!.subarray(0, SURVEY_TOKENS)], {
    wants(linear) {
      if (linears.has(linear.weight)) return false
      const kinds = wants.find(({ pattern }) => pattern.test(linear.weight))?.statistics
      if (!kinds || kinds.length === 0) return false
      const key = `${linear.input}/${[...kinds].sort().join()}`
      const group = groups.get(key) ?? groups.size
      groups.set(key, group)
      linears.set(linear.weight, { ...linear, name: linear.weight, kinds, group })
      return false
    },
    rows() {},
    done: () => true,
  })
  return [...linears.values()]
}

function measure(
  model: LanguageModel,
  pass: Linear[],
  progress: (fraction: number, item: string) => void
): Map<number, InputStatistics> {
  const groups = new Map<number, InputStatistics>()
  // One weight of each group is watched, the last of the pass ends the computation.
  const watched = new Map([...pass].reverse().map((linear) => [linear.group, linear]))
  const names = new Map([...watched.values()].map((linear) => [linear.name, linear]))
  const total = order.samples.reduce((sum, sample) => sum + sample.length, 0)
  const sampleEvery = Math.max(1, Math.floor(total / order.sampleRows))
  let remaining = names.size
  let sample = 0
  compute(
    model,
    order.samples,
    {
      wants: ({ weight }) => names.has(weight),
      rows({ weight, columns, matrices }, matrix, x, count) {
        const { group, kinds } = names.get(weight)!
        let statistics = groups.get(group)
        if (!statistics) {
          statistics = newStatistics(columns, matrices, allKinds(pass, group, kinds), sampleEvery)
          groups.set(group, statistics)
        }
        checkFinite(x, columns, weight)
        statistics.add(matrix, x, count)
      },
      done({ weight }: LinearInput) {
        remaining--
        progress((sample + 1 - remaining / names.size) / order.samples.length, weight)
        return remaining > 0 && !cancelled()
      },
    },
    (index) => {
      sample = index
      remaining = names.size
    }
  )
  return groups
}

function allKinds(pass: Linear[], group: number, kinds: readonly StatisticKind[]) {
  return [
    ...new Set([
      ...kinds,
      ...pass.filter((one) => one.group === group).flatMap((one) => one.kinds),
    ]),
  ]
}

function newStatistics(
  columns: number,
  matrices: number,
  kinds: readonly StatisticKind[],
  sampleEvery: number
): InputStatistics {
  return new InputStatistics({ columns, matrices, kinds, sampleEvery, cancelled })
}

/** Half-precision models overflow where nobody looks; the first row tells. */
function checkFinite(x: Float32Array, columns: number, weight: string): void {
  for (let i = 0; i < columns; i++) {
    if (Number.isFinite(x[i]!)) continue
    throw new ModelError(
      'E_ACTIVATIONS_NOT_FINITE',
      `The model computes infinite or undefined values before ${weight}. Its weights are damaged or overflow in half precision: check the original, or use a BF16 or F32 version.`,
      { params: { weight } }
    )
  }
}

/** Runs samples one after the other through the model, watched by the observer. */
function compute(
  model: LanguageModel,
  samples: Int32Array[],
  observer: Observer,
  before: (index: number) => void = () => {}
): void {
  const watch = observe(observer)
  const longest = Math.max(...samples.map(({ length }) => length))
  const context = model.createContext({
    contextTokens: longest,
    evalCallback: watch.callback,
  })
  try {
    for (const [index, sample] of samples.entries()) {
      if (cancelled()) break
      before(index)
      context.clear()
      // All outputs: with fewer, the last layer would see only the rows that are wanted.
      context.decodeSync(sample, 'all')
      watch.check()
    }
  } finally {
    context.free()
    watch.release()
  }
}
