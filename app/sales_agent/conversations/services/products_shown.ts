import { sql } from './sql.js'

export interface ShownProduct {
  id: string
  title: string
  /** Conversations in which it was shown. */
  count: number
}

/**
 * Products that answers of a period showed, the most often shown first; variants count with
 * their product.
 *
 * @param from inclusive
 * @param to exclusive
 */
export function productsShown(
  workspaceId: string,
  from: Date,
  to: Date,
  limit: number
): Promise<ShownProduct[]> {
  return sql<ShownProduct>(
    `select card->>'id' as id, max(card->>'title') as title,
       count(distinct m.conversation_id) as count
     from messages m cross join lateral jsonb_array_elements(m.products) as card
     where m.workspace_id = :workspaceId and m.role = 'agent'
       and m.created_at >= :from and m.created_at < :to and card->>'title' is not null
     group by 1 order by 3 desc, 2 limit :limit`,
    { workspaceId, from, to, limit }
  )
}
