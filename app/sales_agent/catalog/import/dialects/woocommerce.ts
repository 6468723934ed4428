import { cleanDescription, cleanLine, cleanUrl } from '#app/sales_agent/catalog/import/clean_text'
import type { DraftVariant, ProductDraft } from '#app/sales_agent/catalog/import/draft'
import type {
  Dialect,
  DialectContext,
  DialectReader,
  Emitted,
  Record as Row,
} from '#app/sales_agent/catalog/import/dialects/dialect'
import {
  no,
  readCategory,
  readImages,
  readTags,
  yes,
} from '#app/sales_agent/catalog/import/dialects/lists'
import { readPrice } from '#app/sales_agent/catalog/import/dialects/read_price'
import { parsePrice } from '#app/sales_agent/catalog/import/price'
import { parseStock } from '#app/sales_agent/catalog/import/stock'
import { plain } from '#app/sales_agent/catalog/search/plain'

/** Columns in English and French exports. */
const NAME = ['name', 'nom']
const SKU = ['sku', 'ugs']
const REGULAR = ['regular price', 'tarif regulier', 'tarif normal', 'prix normal']
const SALE = ['sale price', 'tarif promo', 'tarif promotionnel', 'prix promo']
const PARENT = ['parent', 'parente']
const STOCK = ['stock', 'inventaire']
const PUBLISHED = ['published', 'publie']
const VISIBILITY = ['visibility in catalog', 'visibilite dans le catalogue']
const IN_STOCK = ['in stock', 'en stock']

/**
 * WooCommerce product exports. Variable products have their variations in rows of their own,
 * which name the parent by SKU or as `id:44` and may stand anywhere in the file.
 */
export const woocommerce: Dialect = {
  name: 'woocommerce',
  matches: (columns) =>
    columns.has('type') &&
    REGULAR.some((name) => columns.has(name)) &&
    NAME.some((name) => columns.has(name)) &&
    (IN_STOCK.some((name) => columns.has(name)) || PARENT.some((name) => columns.has(name))),
  reader: (_columns, context) => new WooReader(context),
}

interface Parent {
  row: Row
  variations: Row[]
}

class WooReader implements DialectReader {
  readonly #parents = new Map<string, Parent>()
  readonly #bySku = new Map<string, string>()
  readonly #orphans: Row[] = []

  constructor(private readonly context: DialectContext) {}

  *row(row: Row): Iterable<Emitted> {
    const type = row.get('type').toLowerCase()
    if (/\bvariation\b/.test(type)) {
      this.#orphans.push(row)
    } else if (/\bvariable\b/.test(type)) {
      const id = `id:${row.get('id', 'identifiant')}`
      const sku = row.get(...SKU)
      const key = id === 'id:' ? sku || row.get(...NAME) : id
      this.#parents.set(key, { row, variations: [] })
      if (sku) this.#bySku.set(sku, key)
    } else yield* this.#product(row, [row])
  }

  *end(): Iterable<Emitted> {
    for (const row of this.#orphans) {
      const name = row.get(...PARENT)
      const parent = this.#parents.get(name) ?? this.#parents.get(this.#bySku.get(name) ?? '')
      if (parent) parent.variations.push(row)
      else yield { rejection: row.reject('unknown_parent', { parent: name }) }
    }
    for (const { row, variations } of this.#parents.values()) {
      if (variations.length === 0 && row.get(...REGULAR) === '') {
        yield { rejection: row.reject('no_variant') }
      } else yield* this.#product(row, variations.length > 0 ? shownFirst(variations) : [row])
    }
  }

  *#product(row: Row, variantRows: Row[]): Iterable<Emitted> {
    const title = cleanLine(row.get(...NAME))
    if (title === '') {
      yield { rejection: row.reject('missing_title') }
      return
    }
    const description = [
      cleanDescription(row.get('short description', 'description courte')),
      cleanDescription(row.get('description')),
    ]
      .filter((text) => text !== '')
      .join('\n')
    const locale = this.context.localeOf(title, description)
    const variants: DraftVariant[] = []
    let currency: string | null = null
    for (const each of variantRows) {
      const price = readPrice(each.get(...REGULAR) || each.get(...SALE))
      if (!price.ok) {
        yield { rejection: each.reject(price.reason, price.data) }
        continue
      }
      const stock = parseStock(each.get(...STOCK))
      if (!stock) {
        yield { rejection: each.reject('bad_stock', { value: each.get(...STOCK).slice(0, 60) }) }
        continue
      }
      currency ??= price.price.currency
      variants.push(variantOf(each, locale, price.price.cents, stock, each !== row))
    }
    if (variants.length === 0) return
    const type = row.get('type').toLowerCase()
    yield {
      line: row.row.line,
      draft: {
        handle: row.get(...SKU) || `id:${row.get('id', 'identifiant')}` || title,
        kind: /download|telecharg/.test(type)
          ? 'digital'
          : /virtual|virtuel/.test(type)
            ? 'service'
            : 'physical',
        status: isHidden(row) || variantRows.every(isHidden) ? 'draft' : 'active',
        vendor: cleanLine(row.get('brands', 'brand', 'marques', 'marque')) || null,
        url: cleanUrl(row.get('external url', 'url externe')),
        currency: currency ?? this.context.currency,
        defaultLocale: locale,
        texts: {
          [locale]: {
            title,
            description,
            category: readCategory(row.get('categories')),
            tags: readTags(row.get('tags', 'etiquettes'), /[,|]/),
            attributes: attributesOf(row),
          },
        },
        variants: variants.slice(0, 2000),
        images: readImages(row.get('images')),
      } satisfies ProductDraft,
    }
  }
}

function variantOf(
  row: Row,
  locale: string,
  regularCents: number,
  { stock, available }: { stock: number | null; available: boolean },
  isVariation: boolean
): DraftVariant {
  const sale = onSale(row) ? (parsePrice(row.get(...SALE))?.cents ?? null) : null
  const priceCents = sale !== null && sale >= 0 && sale < regularCents ? sale : regularCents
  const options = isVariation ? attributesOf(row) : {}
  const declared = row.get(...IN_STOCK)
  const backorders =
    yes(row.get('backorders allowed', 'autoriser les commandes de produits en rupture')) ||
    /notify/i.test(row.get('backorders allowed'))
  return {
    sku: cleanLine(row.get(...SKU)) || null,
    options: Object.keys(options).length > 0 ? { [locale]: options } : {},
    priceCents,
    compareAtCents: priceCents < regularCents ? regularCents : null,
    stock: no(declared) && stock === null ? 0 : stock,
    available: no(declared) ? false : available || backorders,
    imageUrl: readImages(row.get('images'))[0]?.url ?? null,
  }
}

/** Unpublished, private (`-1`), or published but left out of the shop's pages and its search. */
function isHidden(row: Row): boolean {
  return (
    no(row.get(...PUBLISHED)) || /^(?:hidden|masque|cache)$/i.test(plain(row.get(...VISIBILITY)))
  )
}

/** Variations that customers may see; all of them when the shop keeps all of them back. */
function shownFirst(variations: Row[]): Row[] {
  const shown = variations.filter((each) => !isHidden(each))
  return shown.length > 0 ? shown : variations
}

/** A sale price counts between its dates; blank dates are open. */
function onSale(row: Row): boolean {
  const now = Date.now()
  const start = Date.parse(row.get('date sale price starts', 'date de debut de promo'))
  const end = Date.parse(row.get('date sale price ends', 'date de fin de promo'))
  return (Number.isNaN(start) || start <= now) && (Number.isNaN(end) || end + 86_400_000 > now)
}

/** `Attribute 1 name` with `Attribute 1 value(s)`, and what they are called in French. */
function attributesOf(row: Row): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (let n = 1; n <= 10; n++) {
    const name = cleanLine(row.get(`attribute ${n} name`, `nom de l attribut ${n}`))
    const value = cleanLine(
      row.get(`attribute ${n} value s`, `valeur s de l attribut ${n}`, `attribute ${n} values`)
    )
    if (name && value) attributes[name] = value
  }
  return attributes
}
