import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { parse, type CsvError as ParserError } from 'csv-parse'
import { CsvDecoder, detectEncoding, type CsvEncoding } from '#shared/csv/encoding'
import { detectDelimiter, type CsvDelimiter } from '#shared/csv/delimiter'
import { cleanHeaders } from '#shared/csv/headers'

/** Bytes looked at before anything is decided. */
const SAMPLE_BYTES = 64 * 1024

/** One record larger than this is a lost quote, not data: reading stops instead of swallowing. */
const MAX_RECORD_CHARACTERS = 1_000_000

export interface CsvOptions {
  encoding?: CsvEncoding
  delimiter?: CsvDelimiter
}

export interface CsvRow {
  /** Line of the file (from 1) on which the record starts. */
  line: number
  values: string[]
}

export interface CsvFile {
  /** Final once the rows have been read: a first accent may come late. */
  readonly encoding: CsvEncoding
  delimiter: CsvDelimiter
  /** Unique, never blank: duplicates get ` (2)`, blanks their position (`#3`). */
  headers: string[]
  /** The records after the header, read as they are asked for. Can be walked once. */
  rows: AsyncGenerator<CsvRow>
}

export type CsvFailure = 'empty' | 'binary' | 'unclosed_quote' | 'record_too_large' | 'malformed'

/** The file cannot be read as CSV (any further). `line` is where reading stopped. */
export class UnreadableCsv extends Error {
  readonly code = 'E_CSV_UNREADABLE'

  constructor(
    readonly reason: CsvFailure,
    readonly line: number
  ) {
    super(`The CSV file cannot be read at line ${line}: ${reason}`)
  }
}

/**
 * Opens a CSV file (a path, or bytes from an upload) of any common encoding and delimiter and
 * streams its records with bounded memory. Tolerates byte-order marks, mixed line ends, records
 * that are too short or too long, stray quotes and blank lines.
 *
 * @throws UnreadableCsv `empty` and `binary` at once; the other reasons while rows are read
 */
export async function readCsv(
  input: string | AsyncIterable<Uint8Array>,
  options: CsvOptions = {}
): Promise<CsvFile> {
  const source = typeof input === 'string' ? createReadStream(input) : input
  const chunks = source[Symbol.asyncIterator]()
  const sample = await takeSample(chunks)
  if (isBinary(sample)) throw new UnreadableCsv('binary', 1)

  const encoding = options.encoding ?? detectEncoding(sample)
  const head = new TextDecoder(encoding).decode(sample, { stream: true })
  const delimiter = options.delimiter ?? detectDelimiter(head)
  const decoder = new CsvDecoder(encoding, { settled: options.encoding !== undefined })

  const records = parseRecords(decodeAll(decoder, sample, chunks), delimiter)
  const first = await records.next()
  if (first.done) throw new UnreadableCsv('empty', 1)

  return {
    get encoding() {
      return decoder.encoding
    },
    delimiter,
    headers: cleanHeaders(first.value.values),
    rows: records,
  }
}

async function takeSample(chunks: AsyncIterator<Uint8Array>): Promise<Buffer> {
  const taken: Uint8Array[] = []
  let length = 0
  while (length < SAMPLE_BYTES) {
    const { value, done } = await chunks.next()
    if (done) break
    taken.push(value)
    length += value.length
  }
  return Buffer.concat(taken)
}

/** Spreadsheets (zip or OLE containers) and pictures are the usual wrong files. */
function isBinary(sample: Buffer): boolean {
  const magic = sample.subarray(0, 4).toString('latin1')
  if (magic === 'PK\u0003\u0004' || magic === '\xd0\xcf\x11\xe0' || magic === '%PDF') return true
  if (detectEncoding(sample).startsWith('utf-16')) return false
  const head = sample.subarray(0, 4096)
  const controls = head.filter((byte) => byte < 9 || (byte > 13 && byte < 32)).length
  return controls > Math.max(8, head.length / 50)
}

async function* decodeAll(
  decoder: CsvDecoder,
  sample: Uint8Array,
  rest: AsyncIterator<Uint8Array>
): AsyncGenerator<string> {
  yield decoder.decode(sample).replace(/^\uFEFF?sep=[,;\t|]\r?\n/i, '')
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    yield decoder.decode(next.value)
  }
  yield decoder.end()
}

async function* parseRecords(
  text: AsyncGenerator<string>,
  delimiter: string
): AsyncGenerator<CsvRow> {
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_CHARACTERS,
  })
  const stream = Readable.from(text, { objectMode: false, encoding: 'utf8' })
  stream.on('error', (error) => parser.destroy(error))
  stream.pipe(parser)

  // The parser counts a CRLF inside quotes as two lines.
  let overcounted = 0
  try {
    for await (const entry of parser) {
      const { record, info } = entry as { record: string[]; info: { lines: number } }
      const { ends, pairs } = lineEndsIn(record)
      overcounted += pairs
      if (record.every((value) => value.trim() === '')) continue
      yield { line: info.lines - overcounted - ends, values: record }
    }
  } catch (error) {
    throw translate(error as ParserError)
  } finally {
    stream.destroy()
  }
}

/** Line ends inside the quoted fields of a record, and how many of them are CRLF. */
function lineEndsIn(record: string[]): { ends: number; pairs: number } {
  let ends = 0
  let pairs = 0
  for (const value of record) {
    if (!/[\r\n]/.test(value)) continue
    ends += value.match(/\r\n|\r|\n/g)?.length ?? 0
    pairs += value.match(/\r\n/g)?.length ?? 0
  }
  return { ends, pairs }
}

function translate(error: ParserError): Error {
  const line = typeof error.lines === 'number' ? error.lines : 0
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return new UnreadableCsv('unclosed_quote', line)
    case 'CSV_MAX_RECORD_SIZE':
      return new UnreadableCsv('record_too_large', line)
    default:
      return error.code?.startsWith('CSV_') ? new UnreadableCsv('malformed', line) : error
  }
}
