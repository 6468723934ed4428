import { basename } from 'node:path'
import { readOnnxModel } from '../../onnx/read_model.js'
import { readOnnxSummary } from '../../onnx/summary.js'
import type { OnnxGraph, ValueInfo } from '../../onnx/model.js'
import type { EvaluateOrder, GraphEvaluation, Latency, Note } from '../../protocol.js'
import { ModelError, note } from '../../shared/errors.js'
import type { TaskContext } from '../../shared/task.js'
import { OutputDifference } from './compare_outputs.js'
import { givenSamples } from './given_samples.js'
import { SIZES, makeSample } from './made_samples.js'
import { LoadedModel } from './runtime.js'
import { numbersOf, type Sample } from './values.js'

/** Samples that are made when none are given. */
const MADE_SAMPLES = 8

/** Runs that a latency is taken from, unless the models are slow. */
const TIMED_RUNS = 30
const TIMED_SECONDS = 10

/**
 * Runs the original and the quantized ONNX model in ONNX Runtime on the same inputs and compares
 * their outputs, latency and memory. Inputs come from `order.inputs`, or are made from the graph's
 * input shapes.
 *
 * @throws ModelError `E_ONNX_RUN`, `E_SAMPLE_INPUTS`, `E_SAMPLE_INPUTS_NEEDED`, `E_ONNX_…`
 */
export async function evaluateGraph(
  order: EvaluateOrder,
  task: TaskContext
): Promise<GraphEvaluation> {
  const { graph, inputs } = describe(order.before)
  task.report({ stage: 'loading', fraction: 0, item: basename(order.before) })
  const before = await LoadedModel.load(order.before, 'before')
  try {
    task.signal.throwIfAborted()
    const samples = await samplesFor(order, graph, inputs, before)
    const after = await LoadedModel.load(order.after, 'after')
    try {
      const differences = await compare(before, after, samples, task)
      const notes = await time(before, after, samples, task)
      return {
        kind: 'graph',
        samples: samples.length,
        inputs: order.inputs ? 'given' : 'made',
        outputs: differences.map((difference) => difference.result()),
        latencyBefore: latency(before),
        latencyAfter: latency(after),
        bytesBefore: totalBytes(order.before),
        bytesAfter: totalBytes(order.after),
        notes: [...notes, ...slower(before, after)],
      }
    } finally {
      await after.release()
    }
  } finally {
    await before.release()
  }
}

function describe(path: string): { graph: OnnxGraph; inputs: ValueInfo[] } {
  const model = readOnnxModel(path)
  model.file.close()
  const { graph } = model
  return { graph, inputs: graph.inputs.filter(({ name }) => !graph.initializers.has(name)) }
}

function totalBytes(path: string): number {
  return readOnnxSummary(path).files.reduce((sum, { bytes }) => sum + bytes, 0)
}

async function samplesFor(
  order: EvaluateOrder,
  graph: OnnxGraph,
  inputs: ValueInfo[],
  before: LoadedModel
): Promise<Sample[]> {
  if (order.inputs) {
    const samples = await givenSamples(order.inputs, inputs)
    return samples.slice(0, order.limit ?? samples.length)
  }
  let failure: unknown
  for (const sizes of SIZES) {
    const first = makeSample(graph, inputs, sizes, 1)
    if (!first) break
    try {
      await before.run(first, false)
    } catch (error) {
      failure ??= error
      continue
    }
    const count = inputs.length === 0 ? 1 : (order.limit ?? MADE_SAMPLES)
    const rest = Array.from({ length: count - 1 }, (_, index) =>
      makeSample(graph, inputs, sizes, index + 2)
    )
    return [first, ...rest.filter((sample) => sample !== null)]
  }
  const reason = failure instanceof ModelError ? String(failure.params.reason ?? '') : ''
  throw new ModelError(
    'E_SAMPLE_INPUTS_NEEDED',
    `No inputs could be made up that this model accepts. Give sample inputs as a .npz or JSON file, with one array for each of ${inputs.map(({ name }) => `“${name}”`).join(', ')}. ${reason}`.trim(),
    { params: { inputs: inputs.map(({ name }) => name).join(', '), reason }, cause: failure }
  )
}

async function compare(
  before: LoadedModel,
  after: LoadedModel,
  samples: Sample[],
  task: TaskContext
): Promise<OutputDifference[]> {
  const differences = new Map<string, OutputDifference>()
  for (const [index, sample] of samples.entries()) {
    task.signal.throwIfAborted()
    task.report({ stage: 'evaluating', fraction: (index / samples.length) * 0.7 })
    const expected = await before.run(sample, false)
    const found = await after.run(sample, false)
    for (const name of before.session.outputNames) {
      const [a, b] = [expected[name], found[name]]
      const numbers = a && 'data' in a && !isText(a.type) ? numbersOf(a.data) : null
      const others = b && 'data' in b && !isText(b.type) ? numbersOf(b.data) : null
      if (!a || !numbers || !others) continue
      const difference = differences.get(name) ?? new OutputDifference(name)
      difference.add(a.dims, numbers, others)
      differences.set(name, difference)
    }
  }
  return [...differences.values()]
}

function isText(type: string): boolean {
  return type === 'string'
}

/** One run of each in turn, so that whatever else the machine does slows down both. */
async function time(
  before: LoadedModel,
  after: LoadedModel,
  samples: Sample[],
  task: TaskContext
): Promise<Note[]> {
  const started = performance.now()
  for (let run = 0; run < TIMED_RUNS; run++) {
    task.signal.throwIfAborted()
    const sample = samples[run % samples.length]!
    await before.run(sample)
    await after.run(sample)
    task.report({ stage: 'evaluating', fraction: 0.7 + (0.3 * (run + 1)) / TIMED_RUNS })
    if ((performance.now() - started) / 1000 > TIMED_SECONDS) {
      if (run + 1 >= 10) return []
      return [
        note('latency_from_few_runs', `The latencies come from ${run + 1} runs only.`, {
          runs: run + 1,
        }),
      ]
    }
  }
  return []
}

function latency({ times, memoryBytes }: LoadedModel): Latency {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { p50Ms: at(0.5), p95Ms: at(0.95), memoryBytes }
}

function slower(before: LoadedModel, after: LoadedModel): Note[] {
  const [old, now] = [latency(before).p50Ms, latency(after).p50Ms]
  if (now <= old * 1.2) return []
  return [
    note(
      'quantized_slower_here',
      `The quantized model is slower on this machine (${now.toFixed(1)} ms instead of ${old.toFixed(1)} ms): small or convolutional models gain size rather than speed.`,
      { before: Number(old.toFixed(2)), after: Number(now.toFixed(2)) }
    ),
  ]
}
