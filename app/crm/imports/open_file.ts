import { readCsv, type CsvFile, type CsvRow } from '#shared/csv/index'
import { lacksHeader, mapColumns } from '#app/crm/imports/map_columns'
import type { ColumnMapping } from '#app/crm/imports/fields'

/** Rows that the mapping may look at and the preview shows. */
const SAMPLE_ROWS = 50

export interface ProspectFile {
  csv: CsvFile
  headers: string[]
  mapping: ColumnMapping
  sample: CsvRow[]
  /** All rows, the sampled ones included. Can be walked once. */
  rows: AsyncGenerator<CsvRow>
}

/**
 * Opens a file of prospects and decides what its columns mean. A file without header gets
 * columns `#1`, `#2`, …
 *
 * @throws UnreadableCsv
 */
export async function openProspectFile(
  input: string | AsyncIterable<Uint8Array>,
  country: string
): Promise<ProspectFile> {
  const csv = await readCsv(input)
  const sample: CsvRow[] = []
  let headers = csv.headers
  if (lacksHeader(headers)) {
    sample.push({ line: 1, values: headers })
    headers = headers.map((_, index) => `#${index + 1}`)
  }
  while (sample.length < SAMPLE_ROWS) {
    const next = await csv.rows.next()
    if (next.done) break
    sample.push(next.value)
  }
  const cells = sample.map(({ values }) => values)
  return { csv, headers, sample, mapping: mapColumns(headers, cells, country), rows: all() }

  async function* all() {
    yield* sample
    yield* csv.rows
  }
}
