import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { recordAudit } from '#accounts'
import type { GgufOptions, Method, MethodForecast, Note, QuantizeOptions } from '#gpu/protocol'
import { jobs } from '#shared/jobs/jobs'
import type { Result } from '#shared/result'
import { wallet } from '#wallet'
import QuantizationJob from '#app/quantization/models/quantization_job'
import QuantizationModel from '#app/quantization/models/quantization_model'
import { planAccess } from '#app/quantization/services/plan_access'
import type { Actor } from '#app/quantization/services/register_model'
import { freeDiskBytes } from '#app/quantization/storage/free_disk'
import { calibrationFile, jobFolder } from '#app/quantization/storage/paths'

export const RUN_JOB = 'quantization.run_job'

/** A queue of a thousand jobs takes days: the credit stays set aside until its job has its turn. */
const HOLD_SECONDS = 60 * 86_400

export interface StartJobInput {
  workspaceId: string
  modelId: string
  method: Method
  options: QuantizeOptions
  /** UTF-8, the person's own; absent means the bundled text. */
  calibrationText?: string | null
  /** The job that this one repeats; its calibration text is taken over unless another is given. */
  rerunOf?: string | null
  actor: Actor
}

export type StartedJob = Result<
  { job: QuantizationJob },
  | {
      reason:
        | 'model_not_found'
        | 'model_not_ready'
        | 'plan_lacks_method'
        | 'insufficient_credit'
        | 'disk_full'
    }
  | { reason: 'not_possible'; notes: Note[] }
>

/** Undoes the transaction when the wallet refuses. */
class NoCredit extends Error {}

/**
 * Puts a quantization into the queue. Row, credit and message exist together or not at all; any
 * message works on whichever job is next, see ClaimJob.
 */
export class StartJob {
  async handle(input: StartJobInput): Promise<StartedJob> {
    const refusal = await this.#refusal(input)
    if (refusal) return refusal
    const access = await planAccess(input.workspaceId)
    if (!access.methods.includes(input.method)) return { ok: false, reason: 'plan_lacks_method' }

    const id = await newId()
    const hasCalibration = await keepCalibration(id, input)
    try {
      const job = await db.transaction((trx) =>
        this.#store(id, input, { hasCalibration, priority: access.priority ? 1 : 0 }, trx)
      )
      return { ok: true, job }
    } catch (error) {
      await rm(jobFolder(id), { recursive: true, force: true })
      if (error instanceof NoCredit) return { ok: false, reason: 'insufficient_credit' }
      throw error
    }
  }

  async #refusal(input: StartJobInput): Promise<Exclude<StartedJob, { ok: true }> | null> {
    const model = await QuantizationModel.in(input.workspaceId)
      .where('id', input.modelId)
      .whereNull('deletedAt')
      .first()
    if (!model) return { ok: false, reason: 'model_not_found' }
    if (model.state !== 'ready') return { ok: false, reason: 'model_not_ready' }
    const forecast = forecastOf(model.inspection?.forecasts ?? [], input.method, input.options)
    if (forecast && !forecast.possible) {
      return { ok: false, reason: 'not_possible', notes: forecast.notes }
    }
    if ((forecast?.bytes ?? 0) > (await freeDiskBytes())) return { ok: false, reason: 'disk_full' }
    return null
  }

  async #store(
    id: string,
    input: StartJobInput,
    more: { hasCalibration: boolean; priority: number },
    trx: TransactionClientContract
  ): Promise<QuantizationJob> {
    const { workspaceId, modelId, method, options, actor } = input
    const held = await wallet.hold(
      {
        workspaceId,
        asset: 'quantization_credit',
        amount: 1,
        purpose: `quantization.${method}`,
        idempotencyKey: `quantization:${id}`,
        ttlSeconds: HOLD_SECONDS,
        reference: { type: 'quantization_job', id },
      },
      trx
    )
    if (!held.ok) throw new NoCredit()
    const job = await QuantizationJob.create(
      {
        id,
        workspaceId,
        modelId,
        method,
        type: method === 'gguf' ? ((options as GgufOptions).type ?? null) : null,
        options,
        ...more,
        holdId: held.holdId,
        rerunOf: input.rerunOf ?? null,
        createdBy: actor.actorKind === 'user' ? actor.actorId : null,
      },
      { client: trx }
    )
    await jobs.enqueue(RUN_JOB, {}, { trx })
    await recordAudit(
      {
        workspaceId,
        ...actor,
        action: 'quantization.job_started',
        subjectType: 'quantization_job',
        subjectId: id,
        details: { method, type: job.type },
      },
      trx
    )
    return job
  }
}

/** The forecast for a method and, for GGUF, its type. */
export function forecastOf(
  forecasts: MethodForecast[],
  method: Method,
  options: QuantizeOptions
): MethodForecast | undefined {
  const type = method === 'gguf' ? (options as GgufOptions).type : undefined
  return forecasts.find((one) => one.method === method && (!type || one.type === type))
}

async function newId(): Promise<string> {
  const { rows } = await db.rawQuery<{ rows: { id: string }[] }>('select uuidv7() as id')
  return rows[0]!.id
}

async function keepCalibration(id: string, input: StartJobInput): Promise<boolean> {
  const { calibrationText, rerunOf, workspaceId } = input
  if (calibrationText?.trim()) {
    await mkdir(jobFolder(id), { recursive: true })
    await writeFile(calibrationFile(id), calibrationText)
    return true
  }
  if (!rerunOf) return false
  const before = await QuantizationJob.in(workspaceId).where('id', rerunOf).first()
  if (!before?.hasCalibration) return false
  await mkdir(jobFolder(id), { recursive: true })
  return copyFile(calibrationFile(before.id), calibrationFile(id)).then(
    () => true,
    () => false
  )
}
