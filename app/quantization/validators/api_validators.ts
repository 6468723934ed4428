import vine from '@vinejs/vine'
import { limits } from '#config/quantization'
import { METHODS } from '#gpu/protocol'
import { pageFields } from '#shared/pagination'
import { HUB_REPO, HUB_REVISION } from '#app/quantization/hub/hub_files'
import { JOB_STATES } from '#app/quantization/models/quantization_job'
import { MODEL_STATES } from '#app/quantization/models/quantization_model'
import { VERDICTS } from '#app/quantization/proof/verdict'
import { optionFields } from '#app/quantization/validators/job_options'

const open = () => vine.object({}).allowUnknownProperties()

export const modelBody = vine.create({
  name: vine.string().trim().maxLength(200).optional().nullable(),
  uploads: vine.array(vine.string().uuid()).minLength(1).maxLength(limits.modelFiles).optional(),
  repo: vine.string().trim().regex(HUB_REPO).optional().nullable(),
  revision: vine.string().trim().regex(HUB_REVISION).optional().nullable(),
})

export const modelsQuery = vine.create({
  ...pageFields(),
  q: vine.string().trim().maxLength(200).optional(),
})

const modelShape = {
  id: vine.string().uuid(),
  name: vine.string(),
  status: vine.enum(MODEL_STATES),
  origin: vine.string(),
  bytes: vine.number(),
  format: vine.string().nullable(),
  architecture: vine.string().nullable(),
  parameters: vine.number().nullable(),
  progress: vine.number(),
  createdAt: vine.string(),
}

export const modelResponse = vine.create({
  ...modelShape,
  inspection: open().nullable(),
  error: open().nullable(),
})

export const modelsResponse = vine.create({
  data: vine.array(vine.object(modelShape)),
  nextCursor: vine.string().nullable(),
})

export const uploadResponse = vine.create({
  id: vine.string().uuid(),
  name: vine.string(),
  bytes: vine.number().nullable(),
  received: vine.boolean(),
  expiresAt: vine.string(),
})

const calibrationText = () =>
  vine.string().maxLength(limits.calibrationCharacters).optional().nullable()

export const jobBody = vine.create({
  modelId: vine.string().uuid(),
  method: vine.enum(METHODS),
  options: vine.object(optionFields).optional(),
  calibrationText: calibrationText(),
})

export const rerunBody = vine.create({
  method: vine.enum(METHODS).optional(),
  options: vine.object(optionFields).optional(),
  calibrationText: calibrationText(),
})

export const jobsQuery = vine.create({
  ...pageFields(),
  status: vine.enum(JOB_STATES).optional(),
  method: vine.enum(METHODS).optional(),
  modelId: vine.string().uuid().optional(),
  q: vine.string().trim().maxLength(200).optional(),
})

const jobShape = {
  id: vine.string().uuid(),
  modelId: vine.string().uuid(),
  modelName: vine.string(),
  method: vine.enum(METHODS),
  type: vine.string().nullable(),
  options: open(),
  status: vine.enum(JOB_STATES),
  progress: vine.number(),
  stage: vine.string().nullable(),
  etaSeconds: vine.number().nullable(),
  attempts: vine.number(),
  verdict: vine.enum(VERDICTS).nullable(),
  bytesBefore: vine.number().nullable(),
  bytesAfter: vine.number().nullable(),
  error: open().nullable(),
  rerunOf: vine.string().uuid().nullable(),
  createdAt: vine.string(),
  startedAt: vine.string().nullable(),
  finishedAt: vine.string().nullable(),
}

export const jobResponse = vine.create({
  ...jobShape,
  result: open().nullable(),
  evaluation: open().nullable(),
})

export const jobsResponse = vine.create({
  data: vine.array(vine.object(jobShape)),
  nextCursor: vine.string().nullable(),
})

export const downloadResponse = vine.create({
  id: vine.string().uuid(),
  expiresAt: vine.string(),
  archiveUrl: vine.string(),
  files: vine.array(
    vine.object({
      name: vine.string(),
      bytes: vine.number(),
      sha256: vine.string(),
      url: vine.string(),
    })
  ),
})
