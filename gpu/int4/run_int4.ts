import { mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { openModel, type HuggingFaceModel } from '../formats/open_model.js'
import type { OutgoingTensor } from '../formats/safetensors/write_safetensors.js'
import { WorkerPool, type Workers } from '../linalg/worker_pool.js'
import type { QuantizeOrder, QuantizeResult } from '../protocol.js'
import { ModelError, note } from '../shared/errors.js'
import type { TaskContext } from '../shared/task.js'
import { architectureOf, type Architecture } from './architectures.js'
import {
  covers,
  PartStatistics,
  type CalibrateLayers,
  type CalibrationPart,
} from './calibrate_layers.js'
import { checkMemory } from './check_memory.js'
import { checkWritten } from './check_written.js'
import type { Int4Handlers } from './handlers.js'
import { identityOf } from './identity.js'
import type { Int4Job } from './int4_job.js'
import { LayerCheckpoint } from './layer_checkpoint.js'
import type { Layer } from './layers.js'
import { planInt4, quantized } from './plan.js'
import { StagedProgress } from './progress.js'
import { quantizeLayer } from './quantize_layers.js'
import { int4Settings } from './settings.js'
import { writeFolder } from './write_folder.js'

/**
 * GPTQ or AWQ: from a Hugging Face folder to a checkpoint that vLLM and transformers load.
 * Decoder layers are finished one after the other; the same order with the same checkpoint folder
 * goes on after the last finished one.
 *
 * @throws ModelError with what is wrong and what to do next
 */
export async function runInt4(
  order: QuantizeOrder & { method: 'gptq' | 'awq' },
  context: TaskContext,
  calibrate: CalibrateLayers,
  workers: (signal: AbortSignal) => Workers<Int4Handlers> = startWorkers
): Promise<QuantizeResult> {
  const started = performance.now()
  const settings = int4Settings(order.method, order.options)
  const progress = new StagedProgress(context)
  progress.advance('reading', 0)
  const model = await openLanguageModel(order.source)
  const { signal } = context
  const pool = workers(signal)
  let checkpoint: LayerCheckpoint | undefined
  try {
    const architecture = architectureOf(model.config)
    const plan = planInt4(model.source, architecture, settings)
    checkMemory(plan, process.availableMemory())
    checkpoint = await LayerCheckpoint.open(
      order.checkpoint,
      await identityOf(model, settings, order.calibrationText)
    )
    const { layers } = plan
    await checkpoint.find(layers.map((layer) => layer.index))
    const resumed = layers.filter((layer) => checkpoint!.has(layer.index))
    progress.resume(resumed.length / layers.length)
    const dtype = storedType(model, architecture)
    const job: Int4Job = {
      ...{ order, settings, model, architecture, plan, dtype },
      ...{ checkpoint, pool, progress, signal },
    }
    const calibration = await quantizeLayers(job, calibrate)
    signal.throwIfAborted()
    const files = await writeResult(job)
    const tensors = layers.flatMap((layer) => checkpoint!.outcomes(layer.index))
    const calibrationFacts = calibration && {
      ...calibration.text,
      samples: calibration.samples,
      tokens: calibration.tokens,
    }
    await checkpoint.remove()
    return {
      method: order.method,
      options: { ...settings, method: undefined },
      out: order.out,
      files,
      bytesBefore: weightBytes(model),
      bytesAfter: files
        .filter((file) => file.name.endsWith('.safetensors'))
        .reduce((sum, file) => sum + file.bytes, 0),
      tensors,
      notes: [...(calibration?.notes ?? []), ...plan.leftAlone.values(), ...fallbacks(tensors)],
      ...(calibrationFacts ? { calibration: calibrationFacts } : {}),
      versions: await versions(),
      seconds: (performance.now() - started) / 1000,
      peakMemoryBytes: progress.peakMemoryBytes,
      resumedTensors: resumed.reduce((sum, layer) => sum + layer.linears.length, 0),
    }
  } finally {
    await pool.close()
    await checkpoint?.close()
    await model.close()
  }
}

async function openLanguageModel(path: string): Promise<HuggingFaceModel> {
  const model = await openModel(path)
  if (model.kind === 'huggingface') {
    if (!model.config.quantization_config) return model
    await model.close()
    throw new ModelError(
      'E_ALREADY_QUANTIZED',
      'The model is already quantized. Quantizing it once more would only lose quality: use the original model.'
    )
  }
  await model.close()
  throw new ModelError(
    'E_NOT_A_LANGUAGE_MODEL',
    'GPTQ and AWQ are made from a language model’s folder: safetensors or .bin weights with their config.json and tokenizer. Upload the whole folder, or choose another method.',
    { params: { kind: model.kind } }
  )
}

/** Quantizes what is pending; returns what is known of the calibration. */
async function quantizeLayers(
  job: Int4Job,
  calibrate: CalibrateLayers
): Promise<CalibrationPart | null> {
  const { plan, checkpoint } = job
  const pending = plan.layers.filter((layer) => !checkpoint.has(layer.index))
  let last: CalibrationPart | null = null
  if (pending.length > 0) {
    for await (const part of calibrate(job, pending)) {
      last = part
      for (const layer of pending) {
        if (!checkpoint.has(layer.index) && covers(part, layer)) await finish(job, layer, part)
      }
      part.weights.clear()
    }
  }
  // What no token reached is rounded to nearest, and says so.
  for (const layer of pending) {
    if (!checkpoint.has(layer.index)) await finish(job, layer, null)
  }
  return last
}

async function finish(job: Int4Job, layer: Layer, part: CalibrationPart | null): Promise<void> {
  const { plan, model, pool, settings, checkpoint, progress, signal } = job
  signal.throwIfAborted()
  const solved = await quantizeLayer(
    layer,
    quantized(plan, layer),
    new PartStatistics(part),
    settings,
    { source: model.source, pool }
  )
  await checkpoint.finish(layer.index, solved, signal)
  const done = plan.layers.filter(({ index }) => checkpoint.has(index)).length
  const loss = solved.outcomes.reduce((sum, outcome) => sum + (outcome.loss ?? 0), 0)
  const damp = Math.max(0, ...solved.outcomes.map((outcome) => outcome.damp ?? 0))
  const remarks = [`loss ${loss.toPrecision(3)}`, ...(damp ? [`damping ${damp}`] : [])]
  progress.advance(
    'quantizing',
    done / plan.layers.length,
    `layer ${done} of ${plan.layers.length} (${remarks.join(', ')})`
  )
}

/** Writes beside the target; the name appears when everything is there and was read again. */
async function writeResult({ order, plan, settings, model, dtype, checkpoint, ...job }: Int4Job) {
  const made = new Map<string, OutgoingTensor>()
  for (const layer of plan.layers) {
    for (const tensor of await checkpoint.tensors(layer.index)) made.set(tensor.name, tensor)
  }
  const partial = join(dirname(order.out), `.${basename(order.out)}.partial`)
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  try {
    let bytes = 0
    const total = weightBytes(model) / 3
    const files = await writeFolder(
      partial,
      { model, plan, settings, made, dtype },
      {
        signal: job.signal,
        onBytes: (more) => job.progress.advance('writing', (bytes += more) / total / 2),
      }
    )
    await checkWritten(partial, plan, settings)
    job.signal.throwIfAborted()
    await replace(partial, order.out)
    job.progress.advance('writing', 1)
    return files
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw error
  }
}

function storedType({ source }: HuggingFaceModel, { keepsBfloat16 }: Architecture) {
  const bfloat = [...source.tensors.values()].some((info) => info.dtype === 'BF16')
  return keepsBfloat16 && bfloat ? 'BF16' : 'F16'
}

/** A folder cannot take the place of another in one step: the old one steps aside first. */
async function replace(made: string, target: string): Promise<void> {
  const aside = `${made}.old`
  await rm(aside, { recursive: true, force: true })
  await rename(target, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  await rename(made, target)
  await rm(aside, { recursive: true, force: true })
}

const weightBytes = ({ source }: HuggingFaceModel) =>
  [...source.tensors.values()].reduce((sum, info) => sum + info.bytes, 0)

/** The fallbacks of single layers, counted for the summary. */
function fallbacks(tensors: QuantizeResult['tensors']) {
  const count = tensors.filter((tensor) => tensor.note).length
  if (count === 0) return []
  return [
    note(
      'rounded_to_nearest',
      `${count} of ${tensors.length} layers were rounded to nearest, because calibration says too little about them. The table of tensors names them.`,
      { count, total: tensors.length }
    ),
  ]
}

async function versions(): Promise<Record<string, string>> {
  const { env } = await import('onnxruntime-node')
  return { 'onnxruntime-node': env.versions.node ?? env.versions.common }
}

/** Sources are TypeScript in development and JavaScript on the box. */
function startWorkers(signal: AbortSignal): Workers<Int4Handlers> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new WorkerPool<Int4Handlers>(new URL(`./worker.${extension}`, import.meta.url), signal)
}
