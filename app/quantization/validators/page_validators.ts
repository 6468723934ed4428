import vine from '@vinejs/vine'
import { limits } from '#config/quantization'
import { METHODS } from '#gpu/protocol'
import { HUB_REPO, HUB_REVISION } from '#app/quantization/hub/hub_files'
import { JOB_STATES } from '#app/quantization/models/quantization_job'

const cursor = () => vine.string().maxLength(1000).optional()
const search = () => vine.string().trim().maxLength(200).optional().nullable()

/** A number of a form, which may be left empty. */
const number = (from: number, to: number) => vine.number().range([from, to]).optional().nullable()

export const modelsPage = vine.create({ q: search(), cursor: cursor() })

export const jobsPage = vine.create({
  q: search(),
  status: vine.enum(JOB_STATES).optional().nullable(),
  method: vine.enum(METHODS).optional().nullable(),
  cursor: cursor(),
})

export const addModelForm = vine.create({
  name: vine.string().trim().maxLength(200).optional().nullable(),
  uploads: vine.array(vine.string().uuid()).maxLength(limits.modelFiles).optional(),
  repo: vine.string().trim().regex(HUB_REPO).optional().nullable(),
  revision: vine.string().trim().regex(HUB_REVISION).optional().nullable(),
  path: vine.string().trim().maxLength(4096).optional().nullable(),
})

/** A choice of the list, `int8` or `gguf:Q4_K_M`, with the experts' fields beside it. */
export const startJobForm = vine.create({
  choice: vine.string().regex(/^(int8|gguf|gptq|awq)(:[A-Z0-9_]{2,12})?$/),
  calibrationText: vine.string().maxLength(limits.calibrationCharacters).optional().nullable(),
  perChannel: vine.boolean().optional(),
  reduceRange: vine.boolean().optional(),
  weightType: vine
    .enum(['int8', 'uint8'] as const)
    .optional()
    .nullable(),
  excludeNodes: vine.string().maxLength(20_000).optional().nullable(),
  importanceMatrix: vine
    .enum(['auto', 'always', 'never'] as const)
    .optional()
    .nullable(),
  overrides: vine.string().maxLength(5_000).optional().nullable(),
  bits: vine.number().in([3, 4, 8]).optional().nullable(),
  groupSize: vine.number().in([-1, 32, 64, 128]).optional().nullable(),
  samples: number(1, 4096),
  seqLen: number(16, 8192),
  rerunOf: vine.string().uuid().optional().nullable(),
})

const pair = () =>
  vine.object({ pass: vine.number().range([0, 100]), fail: vine.number().range([0, 100]) })

export const settingsForm = vine.create({
  thresholds: vine.object({
    perplexityRise: pair(),
    klMean: pair(),
    topTokenAgreement: pair(),
    cosine: pair(),
    topOneAgreement: pair(),
  }),
  keepDays: number(1, 3650),
})

export const savingsForm = vine.create({
  requestsPerMonth: vine.number().range([0, 1e12]),
  hoursPerMonth: vine.number().range([1, 744]),
  tokensPerRequest: vine.number().range([1, 1e6]),
  instances: vine
    .array(
      vine.object({
        name: vine.string().trim().maxLength(60).optional().nullable(),
        memoryGb: number(0, 1e6),
        price: number(0, 1e5),
      })
    )
    .maxLength(20),
})
