import { rm } from 'node:fs/promises'
import db from '@adonisjs/lucid/services/db'
import { recordAudit } from '#accounts'
import QuantizationJob from '#app/quantization/models/quantization_job'
import QuantizationModel from '#app/quantization/models/quantization_model'
import { cancel } from '#app/quantization/services/end_job'
import type { Actor } from '#app/quantization/services/register_model'
import { jobFolder, modelFolder } from '#app/quantization/storage/paths'

/**
 * Deletes a model: its jobs are cancelled, its files and theirs leave the disk. What is known of
 * the jobs stays, as the ledger names them. A file elsewhere on the box is not ours and stays.
 */
export async function deleteModel(
  workspaceId: string,
  modelId: string,
  actor: Actor
): Promise<boolean> {
  const model = await QuantizationModel.in(workspaceId)
    .where('id', modelId)
    .whereNull('deletedAt')
    .first()
  if (!model) return false
  await db.transaction(async (trx) => {
    await trx
      .from('quantization_models')
      .where({ workspace_id: workspaceId, id: modelId })
      .update({ deleted_at: new Date(), updated_at: new Date() })
    await recordAudit(
      {
        workspaceId,
        ...actor,
        action: 'quantization.model_deleted',
        subjectType: 'quantization_model',
        subjectId: modelId,
        details: { name: model.name },
      },
      trx
    )
  })
  const jobs = await QuantizationJob.in(workspaceId).where('modelId', modelId).preload('model')
  for (const job of jobs) {
    if (!job.isOver) await cancel(job)
    await rm(jobFolder(job.id), { recursive: true, force: true })
  }
  await db
    .from('quantization_jobs')
    .where({ workspace_id: workspaceId, model_id: modelId })
    .whereNull('files_removed_at')
    .update({ files_removed_at: new Date() })
  await rm(modelFolder(modelId), { recursive: true, force: true })
  return true
}
