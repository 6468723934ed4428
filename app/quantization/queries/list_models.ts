import { decodeCursor, DEFAULT_LIMIT, pageOf, type Page } from '#shared/pagination'
import { escapeLike } from '#shared/like'
import QuantizationModel from '#app/quantization/models/quantization_model'

/** One page of a workspace's models, newest first, without their tensor tables. */
export async function listModels(
  workspaceId: string,
  filters: { q?: string; cursor?: string; limit?: number }
): Promise<Page<QuantizationModel>> {
  const limit = filters.limit ?? DEFAULT_LIMIT
  const cursor = decodeCursor(filters.cursor, ['uuid'])
  const query = QuantizationModel.in(workspaceId)
    .select('id', 'workspaceId', 'name', 'state', 'origin', 'bytes', 'format', 'architecture')
    .select('parameters', 'progress', 'failure', 'createdAt')
    .whereNull('deletedAt')
    .orderBy('id', 'desc')
    .limit(limit + 1)
  if (filters.q) query.whereILike('name', `%${escapeLike(filters.q)}%`)
  if (cursor) query.where('id', '<', cursor[0]!)
  return pageOf(await query, limit, (model) => [model.id])
}

/** A model that has not been deleted. */
export async function findModel(
  workspaceId: string,
  id: string
): Promise<QuantizationModel | null> {
  return QuantizationModel.in(workspaceId).where('id', id).whereNull('deletedAt').first()
}
