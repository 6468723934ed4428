import db from '@adonisjs/lucid/services/db'

export interface ProductDetails {
  id: string
  handle: string
  source: string
  kind: string
  status: string
  vendor: string | null
  url: string | null
  image: string | null
  currency: string
  priceMinCents: number
  priceMaxCents: number
  stock: number | null
  available: boolean
  defaultLocale: string
  updatedAt: Date
  texts: {
    locale: string
    title: string
    description: string
    category: string
    tags: string[]
    attributes: { [name: string]: string }
  }[]
  variants: {
    id: string
    sku: string | null
    options: { [locale: string]: { [name: string]: string } }
    priceCents: number
    compareAtCents: number | null
    stock: number | null
    available: boolean
  }[]
  images: { url: string; alt: string | null }[]
}

/** Everything about one product, or null when the workspace has none with this id. */
export async function showProduct(
  workspaceId: string,
  productId: string
): Promise<ProductDetails | null> {
  const { rows } = await db.rawQuery(
    `select p.id, p.external_handle as handle, p.source, p.kind, p.status, p.vendor, p.url,
       p.image_url as image, p.currency, p.price_min_cents as "priceMinCents",
       p.price_max_cents as "priceMaxCents", p.stock, p.available,
       p.default_locale as "defaultLocale", p.updated_at as "updatedAt",
       (select jsonb_agg(jsonb_build_object('locale', t.locale, 'title', t.title,
          'description', t.description, 'category', t.category, 'tags', t.tags,
          'attributes', t.attributes) order by t.locale)
        from product_texts t where t.product_id = p.id) as texts,
       coalesce((select jsonb_agg(jsonb_build_object('id', v.id, 'sku', v.sku,
          'options', v.options, 'priceCents', v.price_cents, 'compareAtCents', v.compare_at_cents,
          'stock', v.stock, 'available', v.available) order by v.position)
        from product_variants v where v.product_id = p.id), '[]') as variants,
       coalesce((select jsonb_agg(jsonb_build_object('url', i.url, 'alt', i.alt) order by i.position)
        from product_images i where i.product_id = p.id), '[]') as images
     from products p where p.workspace_id = ? and p.id = ?`,
    [workspaceId, productId]
  )
  return rows[0] ?? null
}
