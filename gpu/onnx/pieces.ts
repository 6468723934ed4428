import { damaged, tooComplex } from './errors.js'
import type { FileBytes } from './file_bytes.js'
import { MAX_ENTRIES, MAX_STRING_BYTES } from './limits.js'
import { fields, type Field, type Range } from './wire_reader.js'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Small pieces that every part of the format is made of. */
export class PieceReader {
  #entries = 0

  constructor(readonly file: FileBytes) {}

  text(range: Range): string {
    if (range.end - range.start > MAX_STRING_BYTES) {
      throw tooComplex('bytes in one name', MAX_STRING_BYTES)
    }
    try {
      return utf8.decode(this.file.bytes(range.start, range.end))
    } catch {
      throw damaged(range.start)
    }
  }

  /** Counts what is kept in memory. */
  count(): void {
    if (++this.#entries > MAX_ENTRIES) throw tooComplex('parts', MAX_ENTRIES)
  }

  /** A field that must hold a message or a string. */
  nested(field: Field): Range {
    if (field.wire !== 2) throw damaged(field.tagStart)
    return { start: field.start, end: field.end }
  }

  number(field: Field): number {
    if (field.wire !== 0) throw damaged(field.tagStart)
    return field.value
  }

  /** Keeps a field as it is; neighbours share one range. */
  keep(rest: Range[], field: Field): void {
    const last = rest.at(-1)
    if (last?.end === field.tagStart) last.end = field.end
    else {
      this.count()
      rest.push({ start: field.tagStart, end: field.end })
    }
  }
}

/** StringStringEntryProto. Long values (licences, class lists) are not kept. */
export function readEntry(pieces: PieceReader, range: Range): [key: string, value: string] {
  let key = ''
  let value = ''
  for (const field of fields(pieces.file, range)) {
    const at = pieces.nested(field)
    if (field.number === 1) key = pieces.text(at)
    else if (field.number === 2 && at.end - at.start <= MAX_STRING_BYTES) {
      value = pieces.file.bytes(at.start, at.end).toString('utf8')
    }
  }
  return [key, value]
}
