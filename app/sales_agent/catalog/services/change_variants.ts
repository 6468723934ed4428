import db from '@adonisjs/lucid/services/db'

export interface VariantChange {
  id: string
  priceCents: number
  /** Null: not counted, always available. */
  stock: number | null
}

/**
 * Sets prices and stock of a product's variants and what the product repeats of them. Variants of
 * other products and workspaces are left alone.
 *
 * @returns how many variants were found
 */
export async function changeVariants(
  workspaceId: string,
  productId: string,
  changes: VariantChange[]
): Promise<number> {
  return db.transaction(async (trx) => {
    const { rows } = await trx.rawQuery(
      `update product_variants v set price_cents = c.price_cents, stock = c.stock,
         available = c.stock is null or c.stock > 0,
         compare_at_cents = case when v.compare_at_cents > c.price_cents then v.compare_at_cents end
       from jsonb_to_recordset(?::jsonb) as c(id uuid, price_cents bigint, stock int)
       where v.workspace_id = ? and v.product_id = ? and v.id = c.id returning v.id`,
      [
        JSON.stringify(
          changes.map(({ id, priceCents, stock }) => ({ id, price_cents: priceCents, stock }))
        ),
        workspaceId,
        productId,
      ]
    )
    if (rows.length === 0) return 0
    await trx.rawQuery(
      `update products p set price_min_cents = s.low, price_max_cents = s.high, stock = s.stock,
         available = s.available, compare_at_cents = s.compare_at, updated_at = now()
       from (
         select coalesce(min(price_cents) filter (where available), min(price_cents)) as low,
           coalesce(max(price_cents) filter (where available), max(price_cents)) as high,
           case when bool_and(stock is not null) then sum(greatest(stock, 0)) end as stock,
           bool_or(available) as available,
           (array_agg(compare_at_cents order by available desc, price_cents))[1] as compare_at
         from product_variants where workspace_id = ? and product_id = ?) s
       where p.workspace_id = ? and p.id = ?`,
      [workspaceId, productId, workspaceId, productId]
    )
    return rows.length
  })
}
