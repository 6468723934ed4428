import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { basename, dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type {
  Evaluation,
  Failure,
  Inspection,
  Orders,
  Progress,
  QuantizeResult,
} from '#gpu/protocol'
import { gpu, GpuFailure, type GpuEngine, type RunOptions } from '#shared/gpu/gpu'

/**
 * Stands where the supervisor of the GPU process stands, for tests of what happens around it:
 * queue, credits, cancel, restart. The engine itself is tested below `tests/unit/gpu`, and the
 * whole trip with the real one in the browser.
 */
export class ScriptedGpu implements GpuEngine {
  readonly orders: { task: string; order: unknown }[] = []
  /** How often an order is to fail before it succeeds. */
  failures: Failure[] = []
  /** Milliseconds that quantizing takes. */
  takesMs = 0
  evaluation: Evaluation = graphEvaluation()
  /** Why the comparison with the original fails, if it does. */
  evaluationFailure: Failure | null = null

  install(): () => void {
    const before = gpu.useEngine(this)
    return () => void gpu.useEngine(before)
  }

  async run<T extends keyof Orders>(
    task: T,
    order: Orders[T]['order'],
    options: RunOptions = {}
  ): Promise<Orders[T]['result']> {
    this.orders.push({ task, order })
    if (options.signal?.aborted) throw cancelled()
    if (task === 'inspect') return inspectionOf((order as { source: string }).source) as never
    if (task === 'evaluate' && this.evaluationFailure) throw new GpuFailure(this.evaluationFailure)
    if (task === 'evaluate') return this.evaluation as never
    if (task === 'quantize')
      return this.#quantize(order as Orders['quantize']['order'], options) as never
    throw new Error(`No script for ${task}`)
  }

  status() {
    return {
      state: 'running' as const,
      backend: null,
      running: [],
      memoryBytes: 50_000_000,
      lastCrash: null,
    }
  }

  async probe() {
    return { name: 'cpu' as const, reason: 'a test', devices: [], versions: {} }
  }

  async #quantize(
    order: Orders['quantize']['order'],
    { onProgress, signal }: RunOptions
  ): Promise<QuantizeResult> {
    const failure = this.failures.shift()
    onProgress?.({
      stage: 'quantizing',
      fraction: 0.25,
      etaSeconds: 3,
      item: 'layer.0',
    } as Progress)
    if (this.takesMs > 0) {
      await sleep(this.takesMs, undefined, { signal }).catch(() => {
        throw cancelled()
      })
    }
    if (failure) throw new GpuFailure(failure)
    await mkdir(dirname(order.out), { recursive: true })
    const bytes = Buffer.from(`a smaller model made by ${order.method}`)
    await writeFile(order.out, bytes)
    return {
      method: order.method,
      options: order.options as Record<string, unknown>,
      out: order.out,
      files: [
        {
          name: basename(order.out),
          bytes: bytes.length,
          sha256: createHash('sha256').update(bytes).digest('hex'),
        },
      ],
      bytesBefore: 4 * bytes.length,
      bytesAfter: bytes.length,
      tensors: [
        {
          name: 'layer.0.weight',
          shape: [8, 8],
          from: 'F32',
          to: 'INT8',
          bytesBefore: 256,
          bytesAfter: 64,
          relativeError: 0.003,
        },
      ],
      notes: [],
      versions: { comptoir: 'test' },
      seconds: 1,
      peakMemoryBytes: 1_000_000,
      resumedTensors: 0,
    }
  }
}

function cancelled(): GpuFailure {
  return new GpuFailure({
    code: 'E_CANCELLED',
    message: 'The job was cancelled.',
    params: {},
    retryable: false,
  })
}

export function graphEvaluation(cosine = 0.999): Evaluation {
  const latency = { p50Ms: 4, p95Ms: 5, memoryBytes: 10_000_000 }
  return {
    kind: 'graph',
    samples: 8,
    inputs: 'made',
    outputs: [{ name: 'out', shape: [1, 10], maxAbsError: 0.1, meanAbsError: 0.01, cosine }],
    latencyBefore: latency,
    latencyAfter: { ...latency, p50Ms: 2 },
    bytesBefore: 4000,
    bytesAfter: 1000,
    notes: [],
  }
}

async function inspectionOf(source: string): Promise<Inspection> {
  const { size } = await stat(source)
  const text = await readFile(source, 'utf8').catch(() => '')
  if (text.startsWith('broken')) {
    throw new GpuFailure({
      code: 'E_NOT_A_MODEL',
      message: 'This file is no model.',
      params: {},
      retryable: false,
    })
  }
  const forecast = { notes: [], bytes: Math.ceil(size / 4), seconds: 2, peakMemoryBytes: 1e6 }
  return {
    format: 'onnx',
    source,
    bytes: size,
    files: [{ name: basename(source), bytes: size }],
    architecture: 'test',
    name: null,
    licence: 'MIT',
    parameters: 1000,
    dtypes: { F32: size },
    tensorCount: 1,
    tensors: [{ name: 'layer.0.weight', dtype: 'F32', shape: [8, 8], bytes: 256 }],
    tokenizer: null,
    quantizedAlready: null,
    contextLength: null,
    graph: { opset: 17, inputs: [], outputs: [], operators: { MatMul: 1 } },
    forecasts: [
      { ...forecast, method: 'int8', possible: true, quality: 0.98, recommended: true },
      {
        method: 'gguf',
        type: 'Q4_0',
        possible: false,
        notes: [{ code: 'not_a_language_model', params: {}, message: 'No language model.' }],
        recommended: false,
      },
    ],
    fits: [
      { hardware: 'laptop_8gb', memoryBytes: 8 * 1024 ** 3, method: { method: 'int8' } },
      { hardware: 'raspberry_pi_5', memoryBytes: 8 * 1024 ** 3, method: null },
    ],
    recommendation: {
      method: 'int8',
      note: { code: 'test_recommendation', params: {}, message: 'INT8 is a good choice.' },
    },
    notes: [],
  }
}
