import { existsSync, rmSync, statSync } from 'node:fs'
import { copyFile, mkdir, rename } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type {
  Int8Options,
  Note,
  QuantizeOrder,
  QuantizeResult,
  TensorOutcome,
  WrittenFile,
} from '../protocol.js'
import { ModelError, note } from '../shared/errors.js'
import type { TaskContext } from '../shared/task.js'
import { labelOf, subgraphs } from './attributes.js'
import { checkGraph } from './check_graph.js'
import { encodeModel } from './encode_model.js'
import { readInt8Options, type Int8Settings } from './int8_options.js'
import { Journal } from './journal.js'
import { COMMIT_BYTES, MAX_PROTOBUF_BYTES } from './limits.js'
import { Meter } from './meter.js'
import type { OnnxGraph, OnnxModel, OnnxTensor } from './model.js'
import { newGraph, planModel, type Plan } from './plan_model.js'
import { areFinite, scalesOf, type Scales } from './quantize_values.js'
import { quantizedAlready } from './quantized_already.js'
import { readOnnxModel } from './read_model.js'
import { dtypeName } from './schema.js'
import { scaleTensor, zeroPointTensor, type SmallTensor } from './small_tensor.js'
import { TensorValues } from './tensor_values.js'
import { verifyModel } from './verify_model.js'
import { rangeKey, type WeightJob } from './weight_job.js'
import { quantizedPieces, scanRanges } from './weight_stream.js'
import type { Part, Parts } from './wire_writer.js'
import { writeParts } from './write_parts.js'

export interface WriteLimits {
  /** The largest model that keeps its weights inside. */
  inlineBytes: number
  /** After so much the file is made safe on disk: what a killed box loses. */
  commitBytes: number
}

const LIMITS: WriteLimits = { inlineBytes: MAX_PROTOBUF_BYTES, commitBytes: COMMIT_BYTES }

/** Raised when what the same input is written as changes, so that old checkpoints are not used. */
const WRITER_VERSION = 1

/**
 * Dynamic INT8 of an ONNX model: weights become 8-bit, activations are quantized while the model
 * runs. Weights stream through; memory is a few pieces of 4 MiB, and a quarter of a matrix that
 * has to be turned.
 *
 * `order.out` appears when the file is whole and verified, with `<out>.data` beside it when the
 * model would pass `limits.inlineBytes` (protobuf allows 2 GiB).
 *
 * @throws ModelError `E_ONNX_…`, `E_OPTIONS`, `E_ALREADY_QUANTIZED`, `E_NOTHING_TO_QUANTIZE`; the
 * signal's reason when cancelled
 */
export async function quantizeOnnx(
  order: QuantizeOrder,
  task: TaskContext,
  limits: Partial<WriteLimits> = {}
): Promise<QuantizeResult> {
  const settings = readInt8Options(order.options as Int8Options)
  const model = readOnnxModel(order.source)
  const values = new TensorValues(model)
  try {
    checkGraph(model)
    return await new Int8Run(order, task, settings, model, values, { ...LIMITS, ...limits }).run()
  } finally {
    await values.close()
    model.file.close()
  }
}

class Int8Run {
  readonly #started = performance.now()
  readonly #journal: Journal
  readonly #scales = new Map<WeightJob, Scales>()
  readonly #resumed = new Set<string>()
  #bytesBefore = 0
  #meter: Meter

  constructor(
    readonly order: QuantizeOrder,
    readonly task: TaskContext,
    readonly settings: Int8Settings,
    readonly model: OnnxModel,
    readonly values: TensorValues,
    readonly limits: WriteLimits
  ) {
    this.#meter = new Meter(task, 0)
    this.#journal = new Journal(order.checkpoint, this.#fingerprint())
  }

  async run(): Promise<QuantizeResult> {
    try {
      const result = await this.#run()
      this.#clean()
      return result
    } catch (error) {
      const isFinal = error instanceof ModelError && !error.retryable
      if (isFinal || this.task.signal.aborted) this.#clean()
      throw error
    }
  }

  async #run(): Promise<QuantizeResult> {
    for (const tensor of everyTensor(this.model.graph)) await this.values.place(tensor)
    const plan = await this.#plan()
    const { jobs } = plan.rewritten
    const small = [...plan.constants]
    for (const job of jobs) {
      const scales = scalesOf(this.#journal.ranges.get(rangeKey(job))!, job.target)
      this.#scales.set(job, scales)
      small.push(scaleTensor(job, scales.scale), zeroPointTensor(job, scales.zeroPoint))
    }
    const files = await this.#write(plan, small)
    return {
      method: 'int8',
      options: shown(this.settings),
      out: this.order.out,
      files,
      bytesBefore: this.#bytesBefore,
      bytesAfter: files.reduce((sum, { bytes }) => sum + bytes, 0),
      tensors: [...jobs.map((job) => this.#outcome(job)), ...this.#untouched(plan)],
      notes: plan.notes,
      versions: { 'comptoir-onnx': String(WRITER_VERSION) },
      seconds: (performance.now() - this.#started) / 1000,
      peakMemoryBytes: this.#meter.peakMemoryBytes,
      resumedTensors: this.#resumed.size,
    }
  }

  /**
   * Scanning shows which weights cannot be quantized; the plan is made again without them. It ends,
   * because each round leaves out at least one more.
   */
  async #plan(): Promise<Plan> {
    const unfit = new Map<string, Note>()
    for (;;) {
      const plan = planModel(this.model, this.settings, unfit)
      const { jobs } = plan.rewritten
      this.#refuseNothing(plan)
      const total = 2 * jobs.reduce((sum, { tensor }) => sum + tensor.bytes, 0)
      const meter = (this.#meter = new Meter(this.task, total, this.#meter.peakMemoryBytes))
      const before = unfit.size
      for (const job of jobs) {
        if (!(await this.#isFinite(job, meter))) unfit.set(job.tensor.name, notFinite(job))
      }
      if (unfit.size === before) {
        if (quantizedAlready(this.model)) plan.notes.push(alreadyPartly())
        return plan
      }
    }
  }

  #refuseNothing({ rewritten }: Plan): void {
    if (rewritten.jobs.length > 0) return
    const operator = quantizedAlready(this.model)
    if (operator) {
      throw new ModelError(
        'E_ALREADY_QUANTIZED',
        `This model is quantized already (it has ${operator}). Start from the original with full precision.`,
        { params: { operator } }
      )
    }
    const reason = rewritten.left[0]?.note.message ?? rewritten.notes[0]?.message ?? ''
    throw new ModelError(
      'E_NOTHING_TO_QUANTIZE',
      `There is nothing in this model that INT8 would make smaller: it needs MatMul, Gemm, Conv, Gather, LSTM or Attention with constant weights. ${reason}`.trim(),
      { params: { reason } }
    )
  }

  async #isFinite(job: WeightJob, meter: Meter): Promise<boolean> {
    const key = rangeKey(job)
    let ranges = this.#journal.ranges.get(key)
    if (ranges) meter.skip(job.tensor.bytes)
    else {
      ranges = await scanRanges(job, this.values, (bytes) =>
        meter.step('reading', bytes, job.tensor.name)
      )
      this.#journal.addRanges(key, ranges)
    }
    return areFinite(ranges)
  }

  async #write(plan: Plan, small: SmallTensor[]): Promise<WrittenFile[]> {
    const { model, order } = this
    const metadata = new Map([['comptoir.method', 'int8 dynamic']])
    const { irVersion, opsets } = plan
    const graph = newGraph(model, plan, small)
    const encoded = encodeModel(
      { original: model, graph, irVersion, opsets, metadata },
      `${basename(order.out)}.data`,
      this.limits.inlineBytes
    )
    const name = basename(order.out)
    const written: WrittenFile[] = []
    // In a folder of its own, so that the model finds its data beside it while it is verified.
    const scratch = this.#scratch()
    await mkdir(scratch, { recursive: true })
    if (encoded.data) written.push(await this.#writeFile(`${name}.data`, encoded.data))
    written.push(await this.#writeFile(name, encoded.model))
    this.task.report({ stage: 'verifying', fraction: 1 })
    this.task.signal.throwIfAborted()
    await verifyModel(join(scratch, name))
    const folder = dirname(resolve(order.out))
    await mkdir(folder, { recursive: true })
    // The model comes last: once it is there, all of it is.
    for (const file of written) await move(join(scratch, file.name), join(folder, file.name))
    if (!encoded.data) rmSync(join(folder, `${name}.data`), { force: true })
    return written.reverse()
  }

  async #writeFile(name: string, parts: Parts): Promise<WrittenFile> {
    const path = join(this.#scratch(), name)
    const from = this.#start(name, path, parts)
    const { bytes, sha256 } = await writeParts(path, parts, from, (part) => this.#produce(part), {
      every: this.limits.commitBytes,
      done: (start) => this.#journal.addWritten(name, start),
    })
    this.#journal.addWritten(name, { bytes, part: parts.length })
    return { name, bytes, sha256 }
  }

  /** Where an earlier attempt came to in this file. */
  #start(name: string, path: string, parts: Parts) {
    const known = this.#journal.written.get(name)
    if (!known || !existsSync(path) || statSync(path).size < known.bytes) {
      return { bytes: 0, part: 0 }
    }
    for (const part of parts.slice(0, known.part)) {
      if (part instanceof Uint8Array || part.kind !== 'job') continue
      this.#resumed.add(part.job.quantized)
      this.#meter.skip(part.job.tensor.bytes)
    }
    return known
  }

  async *#produce(part: Exclude<Part, Uint8Array>): AsyncGenerator<Uint8Array> {
    if (part.kind === 'copy') {
      for await (const bytes of this.values.stretch(part.start, part.byteLength)) {
        this.#meter.step('quantizing', 0)
        yield bytes
      }
    } else if (part.kind === 'tensor') {
      for await (const bytes of this.values.raw(part.tensor)) {
        this.#meter.step('quantizing', 0, part.tensor.name)
        yield bytes
      }
    } else {
      const { job } = part
      const sums = { error: 0, weight: 0 }
      const tick = (bytes: number) => this.#meter.step('quantizing', bytes, job.tensor.name)
      yield* quantizedPieces(job, this.values, this.#scales.get(job)!, sums, tick)
      const error = sums.weight > 0 ? Math.sqrt(sums.error / sums.weight) : 0
      this.#journal.addError(job.quantized, error)
    }
  }

  #outcome(job: WeightJob): TensorOutcome {
    const { tensor, target, quantized } = job
    const scales = this.#scales.get(job)!.scale.length
    return {
      name: tensor.name,
      shape: tensor.dims,
      from: dtypeName(tensor.dtype),
      to: target.type === 'int8' ? 'I8' : 'U8',
      bytesBefore: tensor.bytes,
      bytesAfter: tensor.elements + scales * 5,
      relativeError: this.#journal.errors.get(quantized) ?? 0,
    }
  }

  /** Nodes that were left alone for a reason, with the weights that they keep. */
  #untouched({ rewritten }: Plan): TensorOutcome[] {
    return rewritten.left.map(({ node, note: reason }) => {
      const weight = node.inputs
        .map((input) => this.model.graph.initializers.get(input))
        .find((tensor) => tensor !== undefined)
      const type = weight ? dtypeName(weight.dtype) : node.opType
      const bytes = weight?.bytes ?? 0
      return {
        name: labelOf(node),
        shape: weight?.dims ?? [],
        from: type,
        to: type,
        bytesBefore: bytes,
        bytesAfter: bytes,
        note: reason,
      }
    })
  }

  #scratch(): string {
    return join(this.order.checkpoint, 'int8')
  }

  #clean(): void {
    rmSync(this.#scratch(), { recursive: true, force: true })
    this.#journal.remove()
  }

  /** The files and options that a checkpoint belongs to. */
  #fingerprint(): string {
    const folder = dirname(resolve(this.order.source))
    const paths = new Set([resolve(this.order.source)])
    for (const { data } of everyTensor(this.model.graph)) {
      if (data.kind === 'external') paths.add(resolve(folder, data.location))
    }
    const files = [...paths].map((path) => {
      const found = statSync(path, { throwIfNoEntry: false })
      this.#bytesBefore += found?.size ?? 0
      return [path, found?.size, found?.mtimeMs]
    })
    return JSON.stringify([WRITER_VERSION, basename(this.order.out), files, shown(this.settings)])
  }
}

function shown(settings: Int8Settings): Record<string, unknown> {
  const { opTypes, includeNodes, excludeNodes, ...rest } = settings
  return {
    ...rest,
    opTypes: [...opTypes],
    includeNodes: [...includeNodes],
    excludeNodes: [...excludeNodes],
  }
}

function* everyTensor(graph: OnnxGraph): Generator<OnnxTensor> {
  yield* graph.initializers.values()
  for (const node of graph.nodes) {
    for (const { t } of node.attributes) if (t) yield t
    for (const inner of subgraphs(node)) yield* everyTensor(inner)
  }
}

function notFinite({ tensor }: WeightJob): Note {
  return note(
    'weights_not_finite_left_alone',
    `The weights “${tensor.name}” hold NaN or infinite values; left as they are.`,
    { tensor: tensor.name }
  )
}

function alreadyPartly(): Note {
  return note(
    'already_quantized_partly',
    'Parts of this model were quantized before; only the rest was quantized now.'
  )
}

/** Renames; the checkpoint may be on another disk, then the copy gets its name when it is whole. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    await copyFile(from, `${to}.partial`)
    await rename(`${to}.partial`, to)
    rmSync(from, { force: true })
  }
}
