import db from '@adonisjs/lucid/services/db'
import { cleanDescription, cleanLine, cleanUrl } from '#app/sales_agent/catalog/import/clean_text'
import type { ProductDraft } from '#app/sales_agent/catalog/import/draft'
import { detectTextLocale } from '#app/sales_agent/catalog/import/language'
import { MAX_PRICE_CENTS, parsePrice } from '#app/sales_agent/catalog/import/price'
import { refreshVocabulary } from '#app/sales_agent/catalog/write/refresh_vocabulary'
import { writeProducts } from '#app/sales_agent/catalog/write/write_products'
import type { Result } from '#shared/result'

export interface ProductInput {
  handle?: string | undefined
  sku?: string | undefined
  title: string
  description?: string | undefined
  category?: string | undefined
  tags?: string[] | undefined
  attributes?: { [name: string]: string } | undefined
  locale?: string | undefined
  kind?: ProductDraft['kind'] | undefined
  status?: ProductDraft['status'] | undefined
  vendor?: string | undefined
  url?: string | undefined
  image?: string | undefined
  currency?: string | undefined
  price: string
  compareAtPrice?: string | undefined
  stock?: number | null | undefined
  variants?:
    | {
        sku?: string | undefined
        options?: { [name: string]: string } | undefined
        price?: string | undefined
        stock?: number | null | undefined
      }[]
    | undefined
}

/**
 * Creates or updates one product by its handle, else by the SKU of one of its variants. A product
 * that came from another source keeps that source.
 */
export async function saveProduct(
  workspace: { id: string; locale: string; currency: string },
  input: ProductInput
): Promise<
  Result<{ id: string; created: boolean }, { reason: 'bad_price' | 'no_name'; field: string }>
> {
  const sku = input.sku ?? input.variants?.find((variant) => variant.sku)?.sku
  const found = await findExisting(workspace.id, input.handle, sku)
  const handle = found?.external_handle ?? input.handle ?? sku ?? slug(input.title)
  const title = cleanLine(input.title)
  if (handle === '' || title === '') return { ok: false, reason: 'no_name', field: 'title' }
  const price = cents(input.price)
  if (price === null) return { ok: false, reason: 'bad_price', field: 'price' }
  const compareAt = input.compareAtPrice ? cents(input.compareAtPrice) : null

  const description = cleanDescription(input.description ?? '')
  const locale = input.locale ?? detectTextLocale(title, description, workspace.locale)
  const variants: ProductDraft['variants'] = []
  const rows = input.variants?.length ? input.variants : [{ sku: input.sku, stock: input.stock }]
  for (const [index, row] of rows.entries()) {
    const own = 'price' in row && row.price !== undefined ? cents(row.price) : price
    if (own === null) return { ok: false, reason: 'bad_price', field: `variants.${index}.price` }
    const stock = row.stock ?? null
    const options = 'options' in row && row.options ? { [locale]: row.options } : {}
    variants.push({
      sku: row.sku ?? null,
      options,
      priceCents: own,
      compareAtCents: compareAt !== null && compareAt > own ? compareAt : null,
      stock,
      available: stock === null || stock > 0,
      imageUrl: null,
    })
  }
  const image = cleanUrl(input.image ?? '')
  const draft: ProductDraft = {
    handle,
    kind: input.kind ?? 'physical',
    status: input.status ?? 'active',
    vendor: input.vendor ? cleanLine(input.vendor) : null,
    url: cleanUrl(input.url ?? ''),
    currency: input.currency ?? workspace.currency,
    defaultLocale: locale,
    texts: {
      [locale]: {
        title,
        description,
        category: cleanLine(input.category ?? ''),
        tags: (input.tags ?? []).map(cleanLine).filter((tag) => tag !== ''),
        attributes: input.attributes ?? {},
      },
    },
    variants,
    images: image ? [{ url: image, alt: null }] : [],
  }
  const result = await writeProducts(workspace.id, found?.source ?? 'api', [draft])
  await refreshVocabulary(workspace.id, result.changedIds)
  const saved = await findExisting(workspace.id, handle, undefined)
  return { ok: true, id: saved!.id, created: result.created === 1 }
}

async function findExisting(workspaceId: string, handle?: string, sku?: string) {
  const { rows } = await db.rawQuery(
    `select p.id, p.source, p.external_handle from products p
     where p.workspace_id = :workspaceId and (p.external_handle = :handle or (:handle::text is null
       and exists (select 1 from product_variants v where v.product_id = p.id and v.sku = :sku)))
     order by p.source = 'api' desc, p.id limit 1`,
    { workspaceId, handle: handle ?? null, sku: sku ?? null } as never
  )
  return rows[0] as { id: string; source: string; external_handle: string } | undefined
}

function cents(text: string): number | null {
  const price = parsePrice(text)
  return price && price.cents >= 0 && price.cents <= MAX_PRICE_CENTS ? price.cents : null
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 200)
}
