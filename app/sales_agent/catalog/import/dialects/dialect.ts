import { foldHeader, type CsvRow } from '#shared/csv/index'
import type { ProductDraft, Rejection } from '#app/sales_agent/catalog/import/draft'

/** One record with its cells by folded header name. */
export class Record {
  constructor(
    readonly row: CsvRow,
    private readonly columns: Map<string, number>
  ) {}

  /** First non-blank cell among the columns, trimmed; blank when there is none. */
  get(...names: string[]): string {
    for (const name of names) {
      const index = this.columns.get(name)
      const value = index === undefined ? '' : (this.row.values[index] ?? '').trim()
      if (value !== '') return value
    }
    return ''
  }

  /** Non-blank cells of the columns whose folded name matches. */
  *matching(pattern: RegExp): Iterable<[name: string, value: string]> {
    for (const [name, index] of this.columns) {
      const value = (this.row.values[index] ?? '').trim()
      if (value !== '' && pattern.test(` ${name} `)) yield [name, value]
    }
  }

  reject(reason: Rejection['reason'], data: Rejection['data'] = {}): Rejection {
    return { line: this.row.line, reason, data, values: this.row.values }
  }
}

/** Folded headers to their positions; the first of equal names wins. */
export function columnsOf(headers: string[]): Map<string, number> {
  const columns = new Map<string, number>()
  headers.forEach((header, index) => {
    const name = foldHeader(header).replace(/\s+#$/, '')
    if (!columns.has(name)) columns.set(name, index)
  })
  return columns
}

export interface DialectContext {
  /** Currency when the file names none. */
  currency: string
  /** Decides the language of a product's texts. */
  localeOf(title: string, description: string): string
}

export type Emitted = { draft: ProductDraft; line: number } | { rejection: Rejection }

/**
 * Turns the rows of one kind of file into products. Rows that belong together may be kept until
 * `end`; everything that cannot be used is emitted as a rejection.
 */
export interface DialectReader {
  row(record: Record): Iterable<Emitted>
  end(): Iterable<Emitted>
}

export interface Dialect {
  name: 'shopify' | 'woocommerce' | 'prestashop' | 'csv'
  /** Tells from the folded headers whether the file is of this kind. */
  matches(columns: Map<string, number>): boolean
  reader(columns: Map<string, number>, context: DialectContext, headers: string[]): DialectReader
}
