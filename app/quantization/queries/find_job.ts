import { E_NOT_FOUND } from '#shared/exceptions/errors'
import QuantizationJob from '#app/quantization/models/quantization_job'

/**
 * A job of the workspace with its model.
 *
 * @throws E_NOT_FOUND
 */
export async function findJob(workspaceId: string, id: string): Promise<QuantizationJob> {
  const job = await QuantizationJob.in(workspaceId).where('id', id).preload('model').first()
  if (!job) throw new E_NOT_FOUND()
  return job
}
