import { access } from 'node:fs/promises'
import { freemem } from 'node:os'
import { join } from 'node:path'
import { calibrateInPasses } from '../calibration/calibrate.js'
import type { TensorSource } from '../formats/tensor_source.js'
import { readFileType } from '../gguf/file_types.js'
import { prepareHuggingFace } from '../gguf/prepare_huggingface.js'
import { writeGguf } from '../gguf/write_gguf.js'
import { covers, inputPattern, type CalibrationPart } from './calibrate_layers.js'
import type { Int4Job } from './int4_job.js'
import type { Layer } from './layers.js'
import { withQuantizedLayers } from './quantized_layers_source.js'

/** Hessians of a 7B model's decoder layer are 0.7 GB; more than some layers at a time gain nothing. */
const MOST_HESSIAN_BYTES = 6e9
const MEMORY_SHARE = 0.45

/**
 * Runs the calibration text through the original model in llama.cpp, on the device that it finds,
 * and yields the statistics of as many layers at a time as the memory holds. With `sequential`,
 * every layer's inputs come from a model whose lower layers are quantized already.
 */
export async function* calibrateWithLlama(
  job: Int4Job,
  pending: readonly Layer[]
): AsyncGenerator<CalibrationPart> {
  if (job.settings.method === 'gptq' && job.settings.sequential) {
    yield* layerAfterLayer(job, pending)
  } else {
    const gguf = join(job.checkpoint.folder, 'original.gguf')
    const there = await access(gguf).then(
      () => true,
      () => false
    )
    if (!there) await writeModel(job, job.model.source, gguf)
    yield* run(job, pending, gguf, (done) => done)
  }
}

async function* layerAfterLayer(job: Int4Job, pending: readonly Layer[]) {
  const gguf = join(job.checkpoint.folder, 'so_far.gguf')
  for (const [index, layer] of pending.entries()) {
    const source = await withQuantizedLayers(job)
    await writeModel(job, source, gguf)
    for await (const part of run(job, [layer], gguf, (done) => (index + done) / pending.length)) {
      if (covers(part, layer)) yield part
    }
  }
}

async function writeModel(job: Int4Job, source: TensorSource, out: string): Promise<void> {
  const { config, folder, files } = job.model
  const input = await prepareHuggingFace({ source, config, folder, files })
  const checkpoint = join(job.checkpoint.folder, 'gguf')
  const fileType = readFileType(job.dtype)
  await writeGguf(input, { fileType, out, checkpoint }, job.progress.within('reading'))
}

async function* run(
  job: Int4Job,
  layers: readonly Layer[],
  gguf: string,
  overall: (done: number) => number
): AsyncGenerator<CalibrationPart> {
  const { samples, seqLen } = job.settings
  const progress = job.progress.within('calibrating')
  yield* calibrateInPasses(
    {
      gguf,
      wants: [{ pattern: inputPattern(layers), statistics: ['hessian', 'absolutes'] }],
      text: job.order.calibrationText,
      samples,
      seqLen,
      memoryBytes: Math.min(MOST_HESSIAN_BYTES, freemem() * MEMORY_SHARE),
    },
    {
      signal: progress.signal,
      report: (each) => progress.report({ ...each, fraction: overall(each.fraction) }),
    }
  )
}
