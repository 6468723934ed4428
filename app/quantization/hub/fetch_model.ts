import { join } from 'node:path'
import { jobs } from '#shared/jobs/jobs'
import { limits } from '#config/quantization'
import type { Failure } from '#gpu/protocol'
import { downloadFile, HubError } from '#app/quantization/hub/download_file'
import { hubUrl, modelFilesOf, type HubFile } from '#app/quantization/hub/hub_files'
import QuantizationModel from '#app/quantization/models/quantization_model'
import { READ_MODEL_JOB, type ModelMessage } from '#app/quantization/services/register_model'
import { freeDiskBytes } from '#app/quantization/storage/free_disk'
import { modelFolder } from '#app/quantization/storage/paths'

const PROGRESS_MS = 1_000

/** Brings a repository of Hugging Face onto the box, then has it read. */
export class FetchModel {
  constructor(private readonly fetchWith: typeof fetch = fetch) {}

  async handle(message: ModelMessage, signal: AbortSignal, lastAttempt: boolean): Promise<void> {
    const { workspaceId, modelId } = message
    const model = await QuantizationModel.in(workspaceId)
      .where('id', modelId)
      .whereNull('deletedAt')
      .first()
    if (!model || model.state !== 'fetching') return
    try {
      await this.#download(model, signal)
      await model.merge({ state: 'reading', progress: 1 }).save()
      await jobs.enqueue(READ_MODEL_JOB, message)
    } catch (error) {
      if (signal.aborted) throw error
      const failure = failureOf(error)
      if (failure.retryable && !lastAttempt) throw error
      await model.merge({ state: 'refused', failure }).save()
    }
  }

  async #download(model: QuantizationModel, signal: AbortSignal): Promise<void> {
    const [repo, revision = 'main'] = (model.location ?? '').split('@')
    const files = await modelFilesOf(repo!, revision, this.fetchWith)
    const total = await this.#check(files)
    let done = 0
    let savedAt = 0
    for (const { path, bytes } of files) {
      const name = encodeURI(path)
      await downloadFile({
        url: `${hubUrl()}/${repo}/resolve/${encodeURIComponent(revision)}/${name}`,
        to: join(modelFolder(model.id), path),
        bytes,
        signal,
        fetchWith: this.fetchWith,
        onBytes: (count) => {
          done += count
          if (Date.now() - savedAt < PROGRESS_MS) return
          savedAt = Date.now()
          void QuantizationModel.in(model.workspaceId)
            .where('id', model.id)
            .update({ progress: Math.min(1, done / total), bytes: total })
            .catch(() => {})
        },
      })
    }
  }

  /** Bytes of all files, when there is a model among them and room for it. */
  async #check(files: HubFile[]): Promise<number> {
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
    if (files.length === 0 || total === 0) {
      throw refusal(
        'E_HUB_NO_MODEL',
        'This repository holds no safetensors, PyTorch, ONNX or GGUF.'
      )
    }
    if (total > limits.modelBytes || total > (await freeDiskBytes())) {
      throw refusal('E_DISK_FULL', 'The model is larger than the room that is left on this box.')
    }
    return total
  }
}

class Refusal extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message)
  }
}

function refusal(code: string, message: string, retryable = false): Refusal {
  return new Refusal({ code, message, params: {}, retryable })
}

function failureOf(error: unknown): Failure {
  if (error instanceof Refusal) return error.failure
  const status = statusOf(error)
  if (status === 401 || status === 403 || status === 404) {
    return refusal(
      'E_HUB_NOT_FOUND',
      'Hugging Face does not show this repository: check its name; private and gated ones have to be uploaded.'
    ).failure
  }
  return refusal(
    'E_HUB_UNREACHABLE',
    'Hugging Face cannot be reached from this box. Connect it to the internet, or upload the files.',
    true
  ).failure
}

function statusOf(error: unknown): number | null {
  if (error instanceof HubError) return error.status
  const { statusCode } = (error ?? {}) as { statusCode?: number }
  return statusCode ?? null
}
