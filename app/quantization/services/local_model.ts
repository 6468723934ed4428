import { join } from 'node:path'
import { DateTime } from 'luxon'
import { llm } from '#llm'
import type QuantizationJob from '#app/quantization/models/quantization_job'
import { resultName } from '#app/quantization/services/result_name'
import { resultFolder } from '#app/quantization/storage/paths'

/** A GGUF that passed its comparison and still lies on the disk. */
export function canServeLocally(job: QuantizationJob): boolean {
  return job.method === 'gguf' && job.verdict === 'pass' && !job.filesRemovedAt
}

/** Hands the result to the gateway as the model of the box; its files are then kept. */
export async function chooseAsLocalModel(job: QuantizationJob, userId: string): Promise<boolean> {
  if (!canServeLocally(job)) return false
  const name = resultName(job, job.model.name)
  const used = await llm.useLocalModel({
    path: join(resultFolder(job.id), name),
    name,
    source: 'quantization',
    by: { workspaceId: job.workspaceId, userId },
  })
  if (used.ok) await job.merge({ localModelAt: DateTime.utc() }).save()
  return used.ok
}
