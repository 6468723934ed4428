import { cleanDescription, cleanLine, cleanUrl } from '#app/sales_agent/catalog/import/clean_text'
import type { DraftVariant, ProductDraft } from '#app/sales_agent/catalog/import/draft'
import type {
  Dialect,
  DialectContext,
  DialectReader,
  Emitted,
  Record as Row,
} from '#app/sales_agent/catalog/import/dialects/dialect'
import { no, readTags, yes } from '#app/sales_agent/catalog/import/dialects/lists'
import { formerPrice, readPrice } from '#app/sales_agent/catalog/import/dialects/read_price'

/**
 * Shopify product exports, with the header of before 2024 (`Handle`, `Variant Price`) and the
 * new one (`URL handle`, `Price`). Rows with the same handle are one product; texts stand on the
 * first of them, each further row adds a variant, an image or both.
 */
export const shopify: Dialect = {
  name: 'shopify',
  matches: (columns) =>
    (columns.has('handle') || columns.has('url handle')) &&
    (columns.has('variant price') || (columns.has('price') && columns.has('option1 name'))),
  reader: (_columns, context) => new ShopifyReader(context),
}

interface Group {
  handle: string
  line: number
  first: Row
  rows: Row[]
}

class ShopifyReader implements DialectReader {
  readonly #groups = new Map<string, Group>()
  #countsWithoutTracker = false

  constructor(private readonly context: DialectContext) {}

  *row(row: Row): Iterable<Emitted> {
    const handle = row.get('handle', 'url handle')
    const title = row.get('title')
    const key = handle || (title ? `title:${title}` : '')
    if (key === '') {
      yield { rejection: row.reject('missing_handle') }
      return
    }
    if (!tracker(row) && Number(quantity(row)) > 0) this.#countsWithoutTracker = true
    const group = this.#groups.get(key)
    if (!group) {
      this.#groups.set(key, {
        handle: handle || slug(title),
        line: row.row.line,
        first: row,
        rows: [row],
      })
    } else {
      if (group.first.get('title') === '' && title !== '') group.first = row
      group.rows.push(row)
    }
  }

  *end(): Iterable<Emitted> {
    for (const group of this.#groups.values()) yield* this.#product(group)
  }

  *#product({ handle, line, first, rows }: Group): Iterable<Emitted> {
    const title = cleanLine(first.get('title'))
    if (title === '') {
      for (const row of rows) yield { rejection: row.reject('missing_title', { handle }) }
      return
    }
    const description = cleanDescription(first.get('body html', 'description', 'body'))
    const locale = this.context.localeOf(title, description)
    const names = [1, 2, 3].map((n) => cleanLine(first.get(`option${n} name`)))
    const variants: DraftVariant[] = []
    const images: ProductDraft['images'] = []
    let currency: string | null = null
    for (const row of rows) {
      const image = cleanUrl(row.get('image src', 'product image url'))
      if (image && !images.some((each) => each.url === image)) {
        images.push({ url: image, alt: cleanLine(row.get('image alt text')) || null })
      }
      const priceCell = row.get('variant price', 'price')
      // Rows that only add a picture carry neither price nor option.
      if (priceCell === '' && row.get('option1 value', 'variant sku', 'sku') === '') {
        if (image || (rows.length > 1 && row !== first)) continue
      }
      const price = readPrice(priceCell)
      if (!price.ok) {
        yield { rejection: row.reject(price.reason, price.data) }
        continue
      }
      currency ??= price.price.currency
      variants.push(this.#variant(row, names, locale, price.price.cents))
    }
    if (variants.length === 0) return
    const tags = readTags(first.get('tags'))
    const physical = !/^false$/i.test(first.get('variant requires shipping', 'requires shipping'))
    yield {
      line,
      draft: {
        handle,
        kind: yes(first.get('gift card')) || !physical ? 'digital' : 'physical',
        status: statusOf(first),
        vendor: cleanLine(first.get('vendor')) || null,
        url: null,
        currency: currency ?? this.context.currency,
        defaultLocale: locale,
        texts: {
          [locale]: {
            title,
            description,
            category: cleanLine(first.get('product category', 'type', 'custom product type')),
            tags: withType(tags, cleanLine(first.get('type'))),
            attributes: metafields(first),
          },
        },
        variants: variants.slice(0, 2000),
        images: images.slice(0, 40),
      },
    }
  }

  #variant(row: Row, names: string[], locale: string, priceCents: number): DraftVariant {
    const options: globalThis.Record<string, string> = {}
    for (const n of [1, 2, 3]) {
      const value = cleanLine(row.get(`option${n} value`))
      // Shopify writes "Title / Default Title" for a product without options.
      if (value && value !== 'Default Title') options[names[n - 1] || `Option ${n}`] = value
    }
    const count = quantity(row)
    const counted =
      count !== '' && /^-?\d+$/.test(count) && (tracker(row) !== '' || this.#countsWithoutTracker)
    const stock = counted ? Math.max(0, Math.min(Number(count), 2_000_000_000)) : null
    const sellsWithout = /^(?:continue|true)$/i.test(
      row.get('variant inventory policy', 'continue selling when out of stock')
    )
    return {
      sku: cleanLine(row.get('variant sku', 'sku')).replace(/^'/, '') || null,
      options: Object.keys(options).length > 0 ? { [locale]: options } : {},
      priceCents,
      compareAtCents: formerPrice(
        row.get('variant compare at price', 'compare at price'),
        priceCents
      ),
      stock,
      available: stock === null || stock > 0 || sellsWithout,
      imageUrl: cleanUrl(row.get('variant image', 'variant image url')),
    }
  }
}

function tracker(row: Row): string {
  return row.get('variant inventory tracker', 'inventory tracker')
}

function quantity(row: Row): string {
  return row.get('variant inventory qty', 'inventory quantity')
}

function statusOf(row: Row): ProductDraft['status'] {
  const status = row.get('status').toLowerCase()
  if (status === 'archived') return 'archived'
  if (status === 'draft') return 'draft'
  return no(row.get('published', 'published on online store')) ? 'draft' : 'active'
}

function withType(tags: string[], type: string): string[] {
  return type === '' || tags.some((tag) => tag.toLowerCase() === type.toLowerCase())
    ? tags
    : [...tags, type]
}

/** Columns like `Fabric (product.metafields.shopify.fabric)`. */
function metafields(row: Row): globalThis.Record<string, string> {
  const attributes: globalThis.Record<string, string> = {}
  for (const [name, value] of row.matching(/ product metafields /)) {
    const label = name.replace(/ ?product metafields .*/, '')
    const text = cleanLine(value)
    if (label && text && text.length <= 200) attributes[label] = text
  }
  return attributes
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, 200)
}
