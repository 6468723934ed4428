import db from '@adonisjs/lucid/services/db'

export interface CatalogueShape {
  /** Products, whether or not they are sold right now. */
  total: number
  /** Categories in use with their number of products, by name, 300 at most. */
  categories: { name: string; count: number }[]
}

/** Catalogues and languages that are remembered; the one asked for longest ago goes first. */
const KEPT = 200

const kept = new Map<string, { version: number; shape: CatalogueShape }>()

/**
 * What the catalogue's filters show. Counting reads every product, so it is done once for each
 * version of the catalogue, which grows whenever a product is written.
 */
export async function catalogueShape(workspaceId: string, locale: string): Promise<CatalogueShape> {
  // Read before counting: products written meanwhile raise it, and the next reader counts anew.
  const version = await catalogueVersion(workspaceId)
  const key = `${workspaceId} ${locale}`
  const known = kept.get(key)
  if (known?.version === version) return known.shape
  const [categories, total] = await Promise.all([
    countCategories(workspaceId, locale),
    countProducts(workspaceId),
  ])
  const shape = { total, categories }
  kept.delete(key)
  kept.set(key, { version, shape })
  const [oldest] = kept.keys()
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest)
  return shape
}

/** How many products the catalogue has, counted once for each of its versions. */
export async function catalogueSize(workspaceId: string): Promise<number> {
  const { total } = await catalogueShape(workspaceId, '')
  return total
}

async function catalogueVersion(workspaceId: string): Promise<number> {
  const { rows } = await db.rawQuery<{ rows: { version: number }[] }>(
    'select version from catalogs where workspace_id = ?',
    [workspaceId]
  )
  return rows[0]?.version ?? 0
}

async function countCategories(workspaceId: string, locale: string) {
  const { rows } = await db.rawQuery<{ rows: CatalogueShape['categories'] }>(
    `select t.category as name, count(*) as count
     from products p join lateral (
       select category from product_texts x where x.product_id = p.id
       order by (x.locale = ?) desc, (x.locale = p.default_locale) desc limit 1) t on true
     where p.workspace_id = ? and t.category <> '' group by 1 order by 1 limit 300`,
    [locale, workspaceId]
  )
  return rows
}

async function countProducts(workspaceId: string): Promise<number> {
  const { rows } = await db.rawQuery<{ rows: { count: number }[] }>(
    'select count(*) as count from products where workspace_id = ?',
    [workspaceId]
  )
  return rows[0]!.count
}
