import db from '@adonisjs/lucid/services/db'
import emitter from '@adonisjs/core/services/emitter'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { notify } from '#accounts'
import type { Evaluation, Failure, QuantizeResult, WrittenFile } from '#gpu/protocol'
import { announced } from '#shared/events/announced'
import { wallet } from '#wallet'
import QuantizationFile from '#app/quantization/models/quantization_file'
import type QuantizationJob from '#app/quantization/models/quantization_job'
import type { Verdict, VerdictReason } from '#app/quantization/proof/verdict'

export interface Success {
  result: QuantizeResult
  evaluation: Evaluation | null
  /** Why there is no comparison with the original. */
  notCompared: Failure | null
  verdict: Verdict
  reasons: VerdictReason[]
  /** Everything that can be downloaded, by its place below the job's result folder. */
  files: WrittenFile[]
}

/** Ends a job whose result is there: its credit is spent, its files are listed, its people are told. */
export async function succeed(job: QuantizationJob, success: Success): Promise<boolean> {
  const ended = await db.transaction(async (trx) => {
    const { result, evaluation, notCompared, verdict, reasons } = success
    const mine = await settle(job, trx, {
      state: 'succeeded',
      progress: 1,
      stage: null,
      eta_seconds: 0,
      item: null,
      error: notCompared && JSON.stringify(notCompared),
      result: JSON.stringify(result),
      evaluation: evaluation && JSON.stringify(evaluation),
      verdict,
      verdict_reasons: JSON.stringify(reasons),
      bytes_before: result.bytesBefore,
      bytes_after: result.bytesAfter,
    })
    if (!mine) return false
    await QuantizationFile.createMany(
      success.files.map(({ name, bytes, sha256 }) => ({
        workspaceId: job.workspaceId,
        jobId: job.id,
        name,
        bytes,
        sha256,
      })),
      { client: trx }
    )
    if (job.holdId) {
      await wallet.capture(
        {
          workspaceId: job.workspaceId,
          holdId: job.holdId,
          amount: 1,
          idempotencyKey: `quantization:${job.id}:capture`,
          details: { jobId: job.id, method: job.method },
        },
        trx
      )
    }
    await tell(job, verdict === 'fail' ? 'done_fail' : 'done', trx)
    return true
  })
  if (ended) announce(job, 'succeeded')
  return ended
}

/** Ends a job without a result; its credit goes back. */
export async function fail(job: QuantizationJob, error: Failure): Promise<boolean> {
  const ended = await db.transaction(async (trx) => {
    const values = { state: 'failed', eta_seconds: null, error: JSON.stringify(error) }
    if (!(await settle(job, trx, values))) return false
    await giveBack(job, trx)
    await tell(job, 'failed', trx)
    return true
  })
  if (ended) announce(job, 'failed')
  return ended
}

/** Ends a job that is waiting or at work. False when it was over already. */
export async function cancel(job: QuantizationJob): Promise<boolean> {
  const ended = await db.transaction(async (trx) => {
    if (!(await settle(job, trx, { state: 'cancelled', eta_seconds: null }, 'queued'))) return false
    await giveBack(job, trx)
    return true
  })
  if (ended) announce(job, 'cancelled')
  return ended
}

/** The row decides: whoever moves it out of its state ends the job, and nobody does it twice. */
async function settle(
  job: QuantizationJob,
  trx: TransactionClientContract,
  values: Record<string, unknown>,
  alsoFrom?: 'queued'
): Promise<boolean> {
  const changed = await trx
    .from('quantization_jobs')
    .where({ workspace_id: job.workspaceId, id: job.id })
    .whereIn('state', alsoFrom ? ['running', alsoFrom] : ['running'])
    .update({ ...values, finished_at: new Date() })
  return Number(changed) === 1
}

async function giveBack(job: QuantizationJob, trx: TransactionClientContract): Promise<void> {
  if (!job.holdId) return
  await wallet.release(
    {
      workspaceId: job.workspaceId,
      holdId: job.holdId,
      idempotencyKey: `quantization:${job.id}:release`,
    },
    trx
  )
}

async function tell(
  job: QuantizationJob,
  what: 'done' | 'done_fail' | 'failed',
  trx: TransactionClientContract
): Promise<void> {
  await notify(
    {
      workspaceId: job.workspaceId,
      kind: `quantization.${what}`,
      titleKey: `quantization.notices.${what}.title`,
      bodyKey: `quantization.notices.${what}.body`,
      data: { model: job.model.name, method: job.type ?? job.method.toUpperCase() },
      href: `/quantization/jobs/${job.id}`,
      ...(job.createdBy ? { userIds: [job.createdBy] } : { minRole: 'manager' as const }),
      dedupeKey: `quantization:${job.id}:${what}`,
    },
    trx
  )
}

function announce(job: QuantizationJob, state: 'succeeded' | 'failed' | 'cancelled'): void {
  announced(
    emitter.emit('quantization:job_finished', {
      workspaceId: job.workspaceId,
      jobId: job.id,
      state,
    })
  )
}
