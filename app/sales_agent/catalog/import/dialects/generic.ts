import { readCurrency } from '#app/sales_agent/catalog/import/currency'
import { cleanDescription, cleanLine, cleanUrl } from '#app/sales_agent/catalog/import/clean_text'
import type { DraftVariant, ProductDraft } from '#app/sales_agent/catalog/import/draft'
import { Columns } from '#app/sales_agent/catalog/import/dialects/columns'
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
} from '#app/sales_agent/catalog/import/dialects/lists'
import { formerPrice, readPrice } from '#app/sales_agent/catalog/import/dialects/read_price'
import { parseStock } from '#app/sales_agent/catalog/import/stock'

/**
 * Any other CSV: columns are guessed from their names in French and English. Rows that share a
 * group (a handle, a parent) become one product; without such a column every row is a product.
 */
export const generic: Dialect = {
  name: 'csv',
  matches: () => true,
  reader: (columns, context) => new GenericReader(new Columns(columns), context),
}

/** PrestaShop's import format: the same guesses find its columns. */
export const prestashop: Dialect = {
  name: 'prestashop',
  matches: (columns) =>
    (columns.has('active 0 1') || columns.has('actif 0 1')) &&
    (columns.has('name') || columns.has('nom')),
  reader: generic.reader,
}

export class GenericReader implements DialectReader {
  readonly #groups = new Map<string, Row[]>()
  readonly #handles = new Map<string, number>()

  constructor(
    private readonly columns: Columns,
    private readonly context: DialectContext
  ) {}

  *row(row: Row): Iterable<Emitted> {
    const group = this.columns.has('group') ? this.columns.get(row, 'group') : ''
    if (group === '') {
      yield* this.#product(this.#handleOf(row), [row])
      return
    }
    const rows = this.#groups.get(group)
    if (rows) rows.push(row)
    else this.#groups.set(group, [row])
  }

  *end(): Iterable<Emitted> {
    for (const [handle, rows] of this.#groups) yield* this.#product(handle, rows)
  }

  #handleOf(row: Row): string {
    const { columns } = this
    return (
      columns.get(row, 'sku') ||
      columns.get(row, 'id') ||
      cleanLine(columns.get(row, 'title'))
    ).slice(0, 300)
  }

  *#product(handle: string, rows: Row[]): Iterable<Emitted> {
    const first = rows.find((row) => this.columns.get(row, 'title') !== '') ?? rows[0]!
    const title = cleanLine(this.columns.get(first, 'title'))
    if (title === '') {
      for (const row of rows) yield { rejection: row.reject('missing_title') }
      return
    }
    const earlier = this.#handles.get(handle)
    if (earlier !== undefined) {
      for (const row of rows) {
        yield { rejection: row.reject('duplicate_sku', { value: handle, line: String(earlier) }) }
      }
      return
    }
    const currencyCell = this.columns.get(first, 'currency').trim()
    const named = readCurrency(currencyCell)
    if (currencyCell !== '' && named === null) {
      const value = currencyCell.slice(0, 60)
      for (const row of rows) yield { rejection: row.reject('bad_currency', { value }) }
      return
    }
    const description = this.#description(first)
    const locale = this.#locale(first, title, description)
    const variants: DraftVariant[] = []
    let currency: string | null = null
    for (const row of rows) {
      const outcome = this.#variant(row, locale, rows.length > 1)
      if ('rejection' in outcome) yield outcome
      else {
        variants.push(outcome.variant)
        currency ??= outcome.currency
      }
    }
    if (variants.length === 0) return
    this.#handles.set(handle, first.row.line)
    const { columns, context } = this
    yield {
      line: first.row.line,
      draft: {
        handle,
        kind: kindOf(columns.get(first, 'kind')),
        status: no(columns.get(first, 'status')) ? 'draft' : 'active',
        vendor: cleanLine(columns.get(first, 'vendor')) || null,
        url: cleanUrl(columns.get(first, 'url')),
        currency: named ?? currency ?? context.currency,
        defaultLocale: locale,
        texts: {
          [locale]: {
            title,
            description,
            category: readCategory(columns.get(first, 'category')),
            tags: readTags(columns.get(first, 'tags')),
            attributes: rows.length > 1 ? {} : this.#options(first),
          },
        },
        variants: variants.slice(0, 2000),
        images: uniqueImages(rows.flatMap((row) => readImages(columns.get(row, 'image')))),
      },
    }
  }

  #variant(
    row: Row,
    locale: string,
    several: boolean
  ): { variant: DraftVariant; currency: string | null } | Extract<Emitted, { rejection: unknown }> {
    const price = readPrice(this.columns.get(row, 'price'))
    if (!price.ok) return { rejection: row.reject(price.reason, price.data) }
    const cell = this.columns.get(row, 'stock')
    const stock = parseStock(cell)
    if (!stock) return { rejection: row.reject('bad_stock', { value: cell.slice(0, 60) }) }
    const options = several ? this.#options(row) : {}
    return {
      currency: price.price.currency,
      variant: {
        sku: cleanLine(this.columns.get(row, 'sku')) || null,
        options: Object.keys(options).length > 0 ? { [locale]: options } : {},
        priceCents: price.price.cents,
        compareAtCents: formerPrice(this.columns.get(row, 'compareAt'), price.price.cents),
        stock: stock.stock,
        available: stock.available,
        imageUrl: null,
      },
    }
  }

  #description(row: Row): string {
    const texts = [this.columns.get(row, 'summary'), this.columns.get(row, 'description')]
    return [...new Set(texts.map(cleanDescription))].filter((text) => text !== '').join('\n')
  }

  #locale(row: Row, title: string, description: string): string {
    const said = this.columns.get(row, 'locale').toLowerCase().slice(0, 2)
    return /^[a-z]{2}$/.test(said) ? said : this.context.localeOf(title, description)
  }

  #options(row: Row): Record<string, string> {
    const options: Record<string, string> = {}
    for (const name of this.columns.options) {
      const value = cleanLine(row.get(name))
      if (value !== '') options[name] = value
    }
    return options
  }
}

function kindOf(cell: string): ProductDraft['kind'] {
  if (/service|prestation/i.test(cell)) return 'service'
  return /digital|numeri|virtual|virtuel|download/i.test(cell) ? 'digital' : 'physical'
}

function uniqueImages(images: ProductDraft['images']): ProductDraft['images'] {
  const seen = new Set<string>()
  return images.filter(({ url }) => !seen.has(url) && seen.add(url)).slice(0, 40)
}
