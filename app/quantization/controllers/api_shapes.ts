import type { DateTime } from 'luxon'
import type QuantizationJob from '#app/quantization/models/quantization_job'
import type QuantizationModel from '#app/quantization/models/quantization_model'

const iso = (time: DateTime | null) => time?.toUTC().toISO() ?? null

/** A model in a list. */
export function modelRowShape(model: QuantizationModel) {
  return {
    id: model.id,
    name: model.name,
    status: model.state,
    origin: model.origin,
    bytes: model.bytes,
    format: model.format ?? null,
    architecture: model.architecture ?? null,
    parameters: model.parameters ?? null,
    progress: model.state === 'fetching' ? model.progress : 1,
    createdAt: iso(model.createdAt)!,
  }
}

/** A model with all that was read of it. Where it lies on the box is nobody's business. */
export function modelShape(model: QuantizationModel) {
  const { inspection, failure } = model
  return {
    ...modelRowShape(model),
    inspection: inspection ? { ...inspection, source: undefined } : null,
    error: failure ?? null,
  }
}

/** A job in a list; its model must be loaded. */
export function jobRowShape(job: QuantizationJob) {
  return {
    id: job.id,
    modelId: job.modelId,
    modelName: job.model.name,
    method: job.method,
    type: job.type ?? null,
    options: job.options,
    status: job.state,
    progress: job.progress,
    stage: job.stage ?? null,
    etaSeconds: job.etaSeconds ?? null,
    attempts: job.attempts,
    verdict: job.verdict ?? null,
    bytesBefore: job.bytesBefore ?? null,
    bytesAfter: job.bytesAfter ?? null,
    error: job.error ?? null,
    rerunOf: job.rerunOf ?? null,
    createdAt: iso(job.createdAt)!,
    startedAt: iso(job.startedAt ?? null),
    finishedAt: iso(job.finishedAt ?? null),
  }
}

/** A job with its result: what was written, and how it compares with the original. */
export function jobShape(job: QuantizationJob) {
  const succeeded = job.state === 'succeeded'
  return {
    ...jobRowShape(job),
    result: succeeded && job.result ? { ...job.result, out: undefined } : null,
    evaluation: succeeded ? (job.evaluation ?? null) : null,
    verdictReasons: job.verdictReasons ?? null,
  }
}
