import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Workspace } from '#accounts'
import { UnreadableCsv, readCsv, type CsvFile } from '#shared/csv/index'
import type { Rejection } from '#app/sales_agent/catalog/import/draft'
import {
  columnsOf,
  Record as Row,
  type Dialect,
  type Emitted,
} from '#app/sales_agent/catalog/import/dialects/dialect'
import { Columns } from '#app/sales_agent/catalog/import/dialects/columns'
import { generic, prestashop } from '#app/sales_agent/catalog/import/dialects/generic'
import { shopify } from '#app/sales_agent/catalog/import/dialects/shopify'
import { woocommerce } from '#app/sales_agent/catalog/import/dialects/woocommerce'
import { detectTextLocale } from '#app/sales_agent/catalog/import/language'
import { ImportLog, type ImportFailure } from '#app/sales_agent/catalog/import/import_log'
import { BatchWriter } from '#app/sales_agent/catalog/import/batch_writer'
import { refreshStatistics } from '#app/sales_agent/catalog/write/refresh_statistics'
import { refreshVocabulary } from '#app/sales_agent/catalog/write/refresh_vocabulary'

/** Largest file that is read, in bytes. */
export const MAX_IMPORT_BYTES = 50 * 1024 * 1024

const DIALECTS: Dialect[] = [shopify, woocommerce, prestashop, generic]

export interface ImportRequest {
  workspaceId: string
  path: string
  fileName: string
  /** Language of products whose texts do not tell; the workspace's by default. */
  locale?: string
  dialect?: Dialect['name']
  userId?: string | null
  /** An import that was announced before (an upload); a new one is logged otherwise. */
  importId?: string
}

export interface ImportReport {
  importId: string
  status: 'succeeded' | 'failed'
  /** Why the file was refused or reading stopped; what was read before it stays. */
  failure: { reason: ImportFailure; data: { [name: string]: string } } | null
  dialect: string | null
  encoding: string | null
  delimiter: string | null
  /** Records read, the header left out. */
  rows: number
  created: number
  updated: number
  unchanged: number
  /** Rows that could not be used. */
  rejected: number
  rejections: Rejection[]
}

/**
 * Imports a catalogue from a CSV file of Shopify, WooCommerce, PrestaShop or any other source.
 * Encoding, delimiter, columns and languages are found out. Products are matched by source and
 * handle, so importing again updates and the same file changes nothing.
 */
export async function importCatalogue(request: ImportRequest): Promise<ImportReport> {
  const log = await ImportLog.open(request)
  try {
    const { size } = await stat(request.path)
    if (size > MAX_IMPORT_BYTES) {
      return await log.fail('too_large', { limit: String(MAX_IMPORT_BYTES / 1024 / 1024) })
    }
    const meter = new Meter(request.path, size)
    const file = await readCsv(meter)
    return await importRows(request, file, meter, log)
  } catch (error) {
    if (error instanceof UnreadableCsv) {
      return log.fail(error.reason, { line: String(error.line) })
    }
    await log.fail('unexpected', {})
    throw error
  }
}

async function importRows(
  request: ImportRequest,
  file: CsvFile,
  meter: Meter,
  log: ImportLog
): Promise<ImportReport> {
  const columns = columnsOf(file.headers)
  const dialect = request.dialect
    ? DIALECTS.find((each) => each.name === request.dialect)!
    : DIALECTS.find((each) => each.matches(columns))!
  Object.assign(log.report, {
    dialect: dialect.name,
    delimiter: file.delimiter,
    encoding: file.encoding,
  })
  await log.keepHeaders(file.headers)
  if (dialect.name === 'csv' || dialect.name === 'prestashop') {
    const guessed = new Columns(columns)
    const found = { columns: file.headers.slice(0, 12).join(', ').slice(0, 300) }
    if (!guessed.has('title')) return log.fail('no_title_column', found)
    if (!guessed.has('price')) return log.fail('no_price_column', found)
  }

  const workspace = await Workspace.findOrFail(request.workspaceId)
  const languages = new LanguageOfFile(request.locale ?? workspace.locale)
  const reader = dialect.reader(
    columns,
    { currency: workspace.currency, localeOf: languages.of.bind(languages) },
    file.headers
  )
  const writer = new BatchWriter(request.workspaceId, dialect.name, log)
  const take = async (emitted: Iterable<Emitted>) => {
    for (const each of emitted) {
      if ('rejection' in each) await log.reject(each.rejection)
      else await writer.add(each.draft)
    }
  }
  let stopped: UnreadableCsv | null = null
  try {
    for await (const row of file.rows) {
      log.report.rows++
      await take(reader.row(new Row(row, columns)))
      if (log.report.rows % 500 === 0) await log.progress(meter.share * 0.9)
    }
  } catch (error) {
    if (!(error instanceof UnreadableCsv)) throw error
    stopped = error
  }
  await take(reader.end())
  await writer.finish()
  await refreshVocabulary(request.workspaceId, writer.changedIds)
  await refreshStatistics(writer.changedIds.length)
  log.report.encoding = file.encoding
  if (stopped) return log.fail(stopped.reason, { line: String(stopped.line) })
  const { created, updated, unchanged } = log.report
  if (created + updated + unchanged === 0) return log.fail('no_products', {})
  return log.succeed()
}

/** Decides a product's language; texts that do not tell follow the majority so far. */
class LanguageOfFile {
  readonly #counts = new Map<string, number>()

  constructor(private readonly fallback: string) {}

  of(title: string, description: string): string {
    const locale = detectTextLocale(title, description, this.#majority())
    this.#counts.set(locale, (this.#counts.get(locale) ?? 0) + 1)
    return locale
  }

  #majority(): string {
    let best = this.fallback
    let most = 0
    for (const [locale, count] of this.#counts) {
      if (count > most) [best, most] = [locale, count]
    }
    return best
  }
}

/** Bytes of a file as they are read, with the share that has been. */
class Meter implements AsyncIterable<Uint8Array> {
  #read = 0

  constructor(
    private readonly path: string,
    private readonly size: number
  ) {}

  get share(): number {
    return this.size === 0 ? 1 : this.#read / this.size
  }

  async *[Symbol.asyncIterator]() {
    for await (const chunk of createReadStream(this.path)) {
      this.#read += chunk.length
      yield chunk as Uint8Array
    }
  }
}
