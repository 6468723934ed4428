import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import logger from '@adonisjs/core/services/logger'
import { limits } from '#config/quantization'
import type { Evaluation, Failure, Method, QuantizeResult } from '#gpu/protocol'
import { gpu, GpuFailure } from '#shared/gpu/gpu'
import type QuantizationJob from '#app/quantization/models/quantization_job'
import { MANIFEST_NAME, signedManifest } from '#app/quantization/proof/manifest'
import { judge } from '#app/quantization/proof/verdict'
import { claimJob } from '#app/quantization/services/claim_job'
import { fail, succeed } from '#app/quantization/services/end_job'
import { JobProgress } from '#app/quantization/services/job_progress'
import { resultName } from '#app/quantization/services/result_name'
import { readSettings } from '#app/quantization/services/workspace_settings'
import {
  calibrationFile,
  checkpointFolder,
  jobFolder,
  modelSource,
  resultFolder,
} from '#app/quantization/storage/paths'

/** These write a folder; the others a file. */
const FOLDER_METHODS: ReadonlySet<Method> = new Set(['gptq', 'awq'])

/** Share of the progress bar that each phase covers. */
const QUANTIZING = 0.75

/** Works on the next job of the queue; `messageId` is the message that gave the turn. */
export class RunJob {
  async handle(messageId: string, stopping: AbortSignal): Promise<void> {
    const job = await claimJob(messageId)
    if (!job) return
    // Deaths of the whole process are attempts as well, though nobody was there to count them.
    if (job.attempts > limits.attempts) return void (await fail(job, job.error ?? UNEXPECTED))
    const progress = new JobProgress(job)
    const signal = AbortSignal.any([stopping, progress.signal])
    try {
      await this.#work(job, progress, signal)
    } catch (error) {
      await this.#explain(job, error, { stopping, ended: progress.signal })
    } finally {
      await progress.close()
      if (progress.signal.aborted) await rm(jobFolder(job.id), { recursive: true, force: true })
    }
  }

  async #work(job: QuantizationJob, progress: JobProgress, signal: AbortSignal): Promise<void> {
    const source = modelSource(job.model)
    const folder = resultFolder(job.id)
    await mkdir(folder, { recursive: true })
    const out = join(folder, resultName(job, job.model.name))
    const text = job.hasCalibration ? calibrationFile(job.id) : undefined

    const result = await this.#quantize(job, { source, out, text }, progress, signal)
    const evaluation = await gpu.run(
      'evaluate',
      { before: source, after: out, ...(text ? { text } : {}) },
      { signal, onProgress: progress.reporter(QUANTIZING, 1 - QUANTIZING) }
    )
    await this.#finish(job, result, evaluation, folder)
    await rm(checkpointFolder(job.id), { recursive: true, force: true })
  }

  /** What an attempt before this one has written whole is not written again. */
  async #quantize(
    job: QuantizationJob,
    paths: { source: string; out: string; text: string | undefined },
    progress: JobProgress,
    signal: AbortSignal
  ): Promise<QuantizeResult> {
    if (job.result) return job.result
    const result = await gpu.run(
      'quantize',
      {
        source: paths.source,
        method: job.method,
        options: job.options,
        out: paths.out,
        checkpoint: checkpointFolder(job.id),
        ...(paths.text ? { calibrationText: paths.text } : {}),
      },
      { signal, onProgress: progress.reporter(0, QUANTIZING) }
    )
    await job.merge({ result }).save()
    return result
  }

  async #finish(
    job: QuantizationJob,
    result: QuantizeResult,
    evaluation: Evaluation,
    folder: string
  ): Promise<void> {
    const { thresholds } = await readSettings(job.workspaceId)
    const { verdict, reasons } = judge(evaluation, thresholds)
    const { name, format, architecture } = job.model
    const text = signedManifest({
      jobId: job.id,
      model: { name, format, architecture, bytes: result.bytesBefore },
      result,
      evaluation,
      verdict,
      finishedAt: new Date(),
    })
    await writeFile(join(folder, MANIFEST_NAME), text)
    const manifest = {
      name: MANIFEST_NAME,
      bytes: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
    }
    const inside = FOLDER_METHODS.has(job.method) ? `${resultName(job, name)}/` : ''
    const written = result.files.map((file) => ({ ...file, name: `${inside}${file.name}` }))
    await succeed(job, { result, evaluation, verdict, reasons, files: [...written, manifest] })
  }

  async #explain(
    job: QuantizationJob,
    error: unknown,
    { stopping, ended }: { stopping: AbortSignal; ended: AbortSignal }
  ): Promise<void> {
    if (ended.aborted) return
    if (stopping.aborted) {
      // A stop of the box is nobody's failed attempt; the message comes again after it.
      await job.merge({ attempts: Math.max(0, job.attempts - 1) }).save()
      throw error
    }
    if (!(error instanceof GpuFailure)) logger.error({ err: error, jobId: job.id }, 'job failed')
    const failure = error instanceof GpuFailure ? error.failure : UNEXPECTED
    if (failure.retryable && job.attempts < limits.attempts) {
      await job.merge({ stage: 'retrying', error: failure, etaSeconds: null }).save()
      throw error
    }
    await fail(job, failure)
    await rm(jobFolder(job.id), { recursive: true, force: true })
  }
}

const UNEXPECTED: Failure = {
  code: 'E_UNEXPECTED',
  message: 'Something unexpected went wrong. The log of the box has the details.',
  params: {},
  retryable: true,
}
