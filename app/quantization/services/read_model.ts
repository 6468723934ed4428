import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Failure } from '#gpu/protocol'
import { limits } from '#config/quantization'
import { gpu, GpuFailure } from '#shared/gpu/gpu'
import QuantizationModel from '#app/quantization/models/quantization_model'
import QuantizationUpload from '#app/quantization/models/quantization_upload'
import { chooseEntry } from '#app/quantization/services/choose_entry'
import { sizeOf } from '#app/quantization/services/folder_size'
import type { ModelMessage } from '#app/quantization/services/register_model'
import { freeDiskBytes } from '#app/quantization/storage/free_disk'
import { modelFolder, modelSource, uploadsFolder } from '#app/quantization/storage/paths'
import { isArchive } from '#app/quantization/uploads/file_name'

/** Name of the folder that an archive is unpacked into, beside the archive. */
const UNPACKED = 'unpacked'

/**
 * Puts a model's files in their place, unpacks an archive and has the GPU process say what the
 * model is. Every step may be done again: an attempt that died leaves nothing in the way.
 */
export class ReadModel {
  async handle({ workspaceId, modelId }: ModelMessage, signal: AbortSignal, lastAttempt: boolean) {
    const model = await QuantizationModel.in(workspaceId)
      .where('id', modelId)
      .whereNull('deletedAt')
      .first()
    if (!model || model.state === 'ready' || model.state === 'refused') return
    try {
      if (model.origin !== 'path') await this.#settle(model, signal)
      const source = modelSource(model)
      const inspection = await gpu.run('inspect', { source }, { signal })
      const { format, architecture, parameters } = inspection
      const bytes = await sizeOf(source)
      await model
        .merge({ state: 'ready', inspection, format, architecture, parameters, bytes })
        .save()
    } catch (error) {
      const failure = error instanceof GpuFailure ? error.failure : fileFailure(error)
      if (!failure || signal.aborted || (failure.retryable && !lastAttempt)) throw error
      await model.merge({ state: 'refused', failure }).save()
    }
  }

  async #settle(model: QuantizationModel, signal: AbortSignal): Promise<void> {
    const folder = modelFolder(model.id)
    await mkdir(folder, { recursive: true })
    const uploads = await QuantizationUpload.in(model.workspaceId).where('modelId', model.id)
    for (const upload of uploads) {
      const target = join(folder, upload.name)
      await mkdir(dirname(target), { recursive: true })
      await moveIfThere(join(uploadsFolder(), upload.id), target)
      await rm(join(uploadsFolder(), `${upload.id}.json`), { force: true })
    }
    await this.#unpack(folder, signal)
    await model.merge({ entry: await chooseEntry(folder) }).save()
  }

  async #unpack(folder: string, signal: AbortSignal): Promise<void> {
    const [only, ...others] = await readdir(folder)
    if (!only || others.length > 0 || !isArchive(only)) return
    const source = join(folder, only)
    const limitBytes = Math.max(1, Math.min(limits.modelBytes, await freeDiskBytes()))
    await gpu.run('unpack', { source, out: join(folder, UNPACKED), limitBytes }, { signal })
    await rm(source, { force: true })
  }
}

async function moveIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** A path that the operator mistyped is no bug of ours. */
function fileFailure(error: unknown): Failure | null {
  const { code } = error as NodeJS.ErrnoException
  if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'ENOTDIR') return null
  return {
    code: 'E_FILE_UNREADABLE',
    message: 'The model’s files cannot be read on this box.',
    params: {},
    retryable: false,
  }
}
