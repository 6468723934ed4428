import { decodeCursor, DEFAULT_LIMIT, pageOf, type Page } from '#shared/pagination'
import { escapeLike } from '#shared/like'
import type { Method } from '#gpu/protocol'
import QuantizationJob, { type JobState } from '#app/quantization/models/quantization_job'

export interface JobFilters {
  status?: JobState
  method?: Method
  modelId?: string
  /** Part of the model's name. */
  q?: string
  cursor?: string
  limit?: number
}

/** Columns of a list: results and comparisons are long and stay in the database. */
const LISTED = [
  'id',
  'workspaceId',
  'modelId',
  'method',
  'type',
  'options',
  'state',
  'stage',
  'progress',
  'etaSeconds',
  'attempts',
  'verdict',
  'bytesBefore',
  'bytesAfter',
  'error',
  'rerunOf',
  'createdAt',
  'startedAt',
  'finishedAt',
] as const

/** One page of a workspace's jobs, newest first, with their models. */
export async function listJobs(
  workspaceId: string,
  filters: JobFilters
): Promise<Page<QuantizationJob>> {
  const limit = filters.limit ?? DEFAULT_LIMIT
  const cursor = decodeCursor(filters.cursor, ['uuid'])
  const query = QuantizationJob.in(workspaceId)
    .select([...LISTED])
    .preload('model', (model) => model.select('id', 'workspaceId', 'name', 'deletedAt'))
    .orderBy('id', 'desc')
    .limit(limit + 1)
  if (filters.status) query.where('state', filters.status)
  if (filters.method) query.where('method', filters.method)
  if (filters.modelId) query.where('modelId', filters.modelId)
  if (filters.q) {
    query.whereHas('model', (model) => {
      model.whereILike('name', `%${escapeLike(filters.q!)}%`)
    })
  }
  if (cursor) query.where('id', '<', cursor[0]!)
  return pageOf(await query, limit, (job) => [job.id])
}

/** How many jobs there are in each state. */
export async function countJobs(workspaceId: string): Promise<Record<JobState, number>> {
  const rows = await QuantizationJob.query()
    .client.from('quantization_jobs')
    .where('workspace_id', workspaceId)
    .groupBy('state')
    .select('state')
    .count('* as count')
  const counts = { queued: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 }
  for (const { state, count } of rows) counts[state as JobState] = Number(count)
  return counts
}
