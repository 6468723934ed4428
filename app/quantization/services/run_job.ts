import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import logger from '@adonisjs/core/services/logger'
import { limits } from '#config/quantization'
import type { Evaluation, Failure, Method, QuantizeResult } from '#gpu/protocol'
import { gpu, GpuFailure } from '#shared/gpu/gpu'
import type QuantizationJob from '#app/quantization/models/quantization_job'
import { MANIFEST_NAME, signedManifest } from '#app/quantization/proof/manifest'
import { judge, verdictWithout } from '#app/quantization/proof/verdict'
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
    if (job.attempts > limits.attempts && !job.result) {
      return void (await fail(job, job.error ?? UNEXPECTED))
    }
    const progress = new JobProgress(job)
    const signal = AbortSignal.any([stopping, progress.signal])
    try {
      await this.#work(job, progress, signal)
    } catch (error) {
      // Progress that is still on its way would overwrite what is said next.
      await progress.close()
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
    const proof = await this.#evaluate(job, { source, out, text }, progress, signal)
    await this.#finish(job, result, proof, folder)
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

  /**
   * Compares the result with the original. A comparison that cannot be made does not take the
   * result away: the engine has read the file back and found it sound, so it is handed over with
   * the reason why nothing more is known.
   */
  async #evaluate(
    job: QuantizationJob,
    { source, out, text }: { source: string; out: string; text: string | undefined },
    progress: JobProgress,
    signal: AbortSignal
  ): Promise<Proof> {
    if (job.attempts > limits.attempts)
      return { evaluation: null, failure: job.error ?? UNEXPECTED }
    try {
      const evaluation = await gpu.run(
        'evaluate',
        { before: source, after: out, ...(text ? { text } : {}) },
        { signal, onProgress: progress.reporter(QUANTIZING, 1 - QUANTIZING) }
      )
      return { evaluation, failure: null }
    } catch (error) {
      if (!(error instanceof GpuFailure) || signal.aborted) throw error
      const { failure } = error
      if (failure.retryable && job.attempts < limits.attempts) throw error
      return { evaluation: null, failure }
    }
  }

  async #finish(
    job: QuantizationJob,
    result: QuantizeResult,
    { evaluation, failure }: Proof,
    folder: string
  ): Promise<void> {
    const { thresholds } = await readSettings(job.workspaceId)
    const { verdict, reasons } = evaluation
      ? judge(evaluation, thresholds)
      : verdictWithout(failure)
    const { name, format, architecture } = job.model
    const text = signedManifest({
      jobId: job.id,
      model: { name, format, architecture, bytes: result.bytesBefore },
      result,
      evaluation,
      notCompared: failure,
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
    await succeed(job, {
      result,
      evaluation,
      notCompared: failure,
      verdict,
      reasons,
      files: [...written, manifest],
    })
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

/** What the comparison said, or why there is none. */
type Proof = { evaluation: Evaluation; failure: null } | { evaluation: null; failure: Failure }

const UNEXPECTED: Failure = {
  code: 'E_UNEXPECTED',
  message: 'Something unexpected went wrong. The log of the box has the details.',
  params: {},
  retryable: true,
}
