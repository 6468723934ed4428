import db from '@adonisjs/lucid/services/db'
import { decodeCursor, pageOf, type Page } from '#shared/pagination'
import { escapeLike } from '#shared/like'

export interface ProductListItem {
  id: string
  handle: string
  title: string
  category: string
  vendor: string | null
  kind: 'physical' | 'service' | 'digital'
  status: string
  priceMinCents: number
  priceMaxCents: number
  currency: string
  stock: number | null
  available: boolean
  url: string | null
  image: string | null
  variants: number
  updatedAt: Date
}

export interface ProductFilters {
  workspaceId: string
  locale: string
  q?: string | undefined
  category?: string | undefined
  kind?: string | undefined
  available?: boolean | undefined
  cursor?: string | undefined
  limit: number
}

const LOCALES = ['fr', 'en', 'simple'] as const

/** Products whose texts or SKU match; each language is asked in its own dictionary. */
const FOUND = `p.id in (
  ${LOCALES.map(
    (name) => `select product_id from product_texts where workspace_id = :workspaceId
      and ${name === 'simple' ? "locale not in ('fr', 'en')" : `locale = '${name}'`}
      and search @@ websearch_to_tsquery('public.catalog_${name}', :q)`
  ).join(' union ')}
  union select product_id from product_texts where workspace_id = :workspaceId
    and catalog_plain(title) like '%' || catalog_plain(:like) || '%'
  union select product_id from product_variants where workspace_id = :workspaceId and sku = :q)`

/** One page of products, the newest first, with the text in the reader's language. */
export async function listProducts(filters: ProductFilters): Promise<Page<ProductListItem>> {
  const [after] = decodeCursor(filters.cursor, ['uuid']) ?? []
  const q = filters.q?.trim().slice(0, 200)
  const where = [
    'p.workspace_id = :workspaceId',
    after ? 'p.id < :after' : '',
    q ? FOUND : '',
    filters.category ? 't.category = :category' : '',
    filters.kind ? 'p.kind = :kind' : '',
    filters.available === undefined ? '' : 'p.available = :available',
  ].filter((condition) => condition !== '')
  const { rows } = await db.rawQuery(
    `select p.id, p.external_handle as handle, t.title, t.category, p.vendor, p.kind, p.status,
       p.price_min_cents as "priceMinCents", p.price_max_cents as "priceMaxCents", p.currency,
       p.stock, p.available, p.url, p.image_url as image, p.updated_at as "updatedAt",
       (select count(*)::int from product_variants v where v.product_id = p.id) as variants
     from products p join lateral (
       select title, category from product_texts x where x.product_id = p.id
       order by (x.locale = :locale) desc, (x.locale = p.default_locale) desc limit 1) t on true
     where ${where.join(' and ')}
     order by p.id desc limit :limit`,
    {
      workspaceId: filters.workspaceId,
      locale: filters.locale,
      limit: filters.limit + 1,
      ...(after ? { after } : {}),
      ...(q ? { q, like: escapeLike(q) } : {}),
      ...(filters.category ? { category: filters.category } : {}),
      ...(filters.kind ? { kind: filters.kind } : {}),
      ...(filters.available === undefined ? {} : { available: filters.available }),
    } as never
  )
  return pageOf(rows as ProductListItem[], filters.limit, (row) => [row.id])
}
