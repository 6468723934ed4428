import type * as ort from 'onnxruntime-node'
import { createRequire } from 'node:module'
import { ModelError } from '../../shared/errors.js'
import type { Sample, SampleTensor } from './values.js'

/** The native library loads on first use: 45 MB that other work does not need. */
let loaded: typeof ort | undefined

function runtime(): typeof ort {
  return (loaded ??= createRequire(import.meta.url)('onnxruntime-node') as typeof ort)
}

/** One model in ONNX Runtime on the processor, as its users will run it. */
export class LoadedModel {
  readonly times: number[] = []

  private constructor(
    readonly session: ort.InferenceSession,
    readonly which: 'before' | 'after',
    /** Growth of the process while the model was loaded. */
    public memoryBytes: number
  ) {}

  /** @throws ModelError `E_ONNX_RUN` when ONNX Runtime does not take the model */
  static async load(path: string, which: 'before' | 'after'): Promise<LoadedModel> {
    const before = process.memoryUsage.rss()
    try {
      const session = await runtime().InferenceSession.create(path, {
        executionProviders: ['cpu'],
        logSeverityLevel: 4,
      })
      return new LoadedModel(session, which, Math.max(0, process.memoryUsage.rss() - before))
    } catch (error) {
      throw cannotRun(which, error)
    }
  }

  /** @throws ModelError `E_ONNX_RUN` */
  async run(sample: Sample, timed = true): Promise<ort.InferenceSession.OnnxValueMapType> {
    const feeds = Object.fromEntries([...sample].map(([name, tensor]) => [name, feed(tensor)]))
    const before = process.memoryUsage.rss()
    const started = performance.now()
    try {
      const outputs = await this.session.run(feeds)
      if (timed) this.times.push(performance.now() - started)
      this.memoryBytes += Math.max(0, process.memoryUsage.rss() - before)
      return outputs
    } catch (error) {
      throw cannotRun(this.which, error)
    }
  }

  async release(): Promise<void> {
    await this.session.release()
  }
}

function feed({ type, dims, data }: SampleTensor): ort.Tensor {
  const tensor = new (runtime().Tensor)(type as 'float32', data as Float32Array, dims)
  if (data instanceof Float16Array) {
    // The native side of 1.30 reads halves from a Uint16Array only, the constructor makes another.
    const bits = new Uint16Array(data.buffer, data.byteOffset, data.length)
    Object.assign(tensor, { cpuData: bits })
  }
  return tensor
}

function cannotRun(which: 'before' | 'after', cause: unknown): ModelError {
  const reason = firstLine(cause)
  const text =
    which === 'before'
      ? `ONNX Runtime cannot run the original model, so nothing can be compared with it: ${reason}`
      : `ONNX Runtime cannot run the quantized model: ${reason}`
  return new ModelError('E_ONNX_RUN', text, { params: { which, reason }, cause })
}

/** ONNX Runtime's messages carry source files and stack traces; the first sentence is enough. */
function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text
    .split('\n')[0]!
    .replace(/\/\S*\/(onnxruntime\/)/g, '$1')
    .slice(0, 300)
}
