import db from '@adonisjs/lucid/services/db'
import { findProducts, type CandidateRow } from '#app/sales_agent/catalog/answer/candidates'
import type { PriceLimits } from '#app/sales_agent/catalog/answer/price_limits'

/** Products for a visitor who named a price but no product; one per category first. */
export async function browse(
  workspaceId: string,
  locale: string,
  limits: PriceLimits
): Promise<CandidateRow[]> {
  const min = limits.minCents ?? (limits.targetCents === null ? 0 : limits.targetCents * 0.7)
  const max = limits.maxCents ?? (limits.targetCents === null ? null : limits.targetCents * 1.3)
  const order = limits.sort === 'cheapest' ? 'price_min_cents asc' : 'price_min_cents desc'
  const { rows } = await db.rawQuery(
    limits.sort === null
      ? `select id from (
           select distinct on (coalesce(nullif(t.category, ''), p.id::text)) p.id, p.price_min_cents
           from products p join product_texts t on t.product_id = p.id and t.locale = p.default_locale
           where p.workspace_id = :workspaceId and p.status = 'active' and p.available
             and p.price_min_cents >= :min and (:max::bigint is null or p.price_min_cents <= :max)
           order by coalesce(nullif(t.category, ''), p.id::text), p.price_min_cents desc) per_category
         order by price_min_cents desc limit 4`
      : `select p.id from products p
         where p.workspace_id = :workspaceId and p.status = 'active' and p.available
           and p.price_min_cents >= :min and (:max::bigint is null or p.price_min_cents <= :max)
         order by ${order} limit 3`,
    { workspaceId, min: Math.floor(min), max: max === null ? null : Math.ceil(max) } as never
  )
  return findProducts(
    workspaceId,
    locale,
    rows.map((row: { id: string }) => row.id)
  )
}
