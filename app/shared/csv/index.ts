/** Reading and writing CSV files of any common encoding and delimiter. */
export { CsvDecoder, detectEncoding, type CsvEncoding } from '#shared/csv/encoding'
export { DELIMITERS, detectDelimiter, type CsvDelimiter } from '#shared/csv/delimiter'
export { cleanHeaders, foldHeader } from '#shared/csv/headers'
export { csvLine } from '#shared/csv/write_csv'
export {
  UnreadableCsv,
  readCsv,
  type CsvFailure,
  type CsvFile,
  type CsvOptions,
  type CsvRow,
} from '#shared/csv/read_csv'
