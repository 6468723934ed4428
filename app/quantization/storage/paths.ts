import { join } from 'node:path'
import { storagePath } from '#shared/storage_path'
import type QuantizationModel from '#app/quantization/models/quantization_model'

const root = (...parts: string[]) => storagePath('quantization', ...parts)

/** Files on their way in, one per upload, beside what the protocol notes of each. */
export const uploadsFolder = () => root('uploads')

export const modelFolder = (modelId: string) => root('models', modelId)

/** What the GPU process is told to read: a file, or the folder of a model with several. */
export function modelSource(
  model: Pick<QuantizationModel, 'id' | 'origin' | 'location' | 'entry'>
) {
  if (model.origin === 'path') return model.location ?? ''
  return model.entry ? join(modelFolder(model.id), model.entry) : modelFolder(model.id)
}

/** Everything of one job: what it needs, what it has finished so far, what it has written. */
export const jobFolder = (jobId: string) => root('jobs', jobId)
export const checkpointFolder = (jobId: string) => join(jobFolder(jobId), 'checkpoint')
export const resultFolder = (jobId: string) => join(jobFolder(jobId), 'result')
export const calibrationFile = (jobId: string) => join(jobFolder(jobId), 'calibration.txt')
