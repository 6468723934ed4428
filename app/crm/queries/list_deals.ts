import Deal from '#app/crm/models/deal'
import type Stage from '#app/crm/models/stage'
import { decodeCursor, encodeCursor } from '#app/crm/queries/cursor'

export interface DealListFilters {
  stage?: Stage
  status?: string
  cursor?: string
  limit?: number
}

/** One page of deals, newest first, with their stages. */
export async function listDeals(
  workspaceId: string,
  filters: DealListFilters
): Promise<{ deals: Deal[]; next: string | null }> {
  const limit = filters.limit ?? 50
  const query = Deal.in(workspaceId)
    .select('deals.*')
    .select(Deal.query().client.raw('deals.created_at::text as place'))
    .preload('stage')
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
  if (filters.stage) query.where('stageId', filters.stage.id)
  if (filters.status) query.where('status', filters.status)
  const cursor = decodeCursor(filters.cursor, 'time')
  if (cursor) {
    query.whereRaw('(created_at, id) < (?::timestamptz, ?::uuid)', [cursor.value, cursor.id])
  }
  const deals = await query
  const last = deals.length > limit ? deals[limit - 1] : undefined
  return {
    deals: deals.slice(0, limit),
    next: last ? encodeCursor({ value: String(last.$extras.place), id: last.id }) : null,
  }
}
