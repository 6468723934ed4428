import type { GgufText } from './gguf_values.js'

/** The parser ran out of the bytes that were read so far; the file has more. */
export class NeedMoreBytes extends Error {}

/** A header that breaks a rule of the format. */
export class GgufError extends Error {}

/** A header that goes on behind the end of its file. */
export class GgufTruncated extends Error {}

/**
 * Texts and booleans of all lists together. They cost memory beyond their bytes, so that the
 * file's size alone is no bound; vocabularies and merges of the largest models have 2 million.
 */
const MAX_ITEMS = 8_000_000

/** Reads little-endian values from the start of a file of which a part is in memory. */
export class HeaderCursor {
  at = 0
  private items = 0
  private readonly view: DataView
  private readonly decoder = new TextDecoder('utf-8', { fatal: true })

  constructor(
    private readonly bytes: Uint8Array,
    /** Of the whole file. */
    private readonly fileBytes: number
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /**
   * Moves over `count` items of at least `bytes` each; says where they start. What cannot fit the
   * file is refused at once, before anything is made for it.
   */
  take(count: number, bytes = 1): number {
    const start = this.at
    const end = start + count * bytes
    if (end > this.fileBytes) throw new GgufTruncated('its header goes on behind its end')
    if (end > this.bytes.length) throw new NeedMoreBytes()
    this.at = end
    return start
  }

  /** Refuses a count that the rest of the file cannot hold. */
  checkRoom(count: number, bytes: number): void {
    if (this.at + count * bytes > this.fileBytes) {
      throw new GgufTruncated('it claims more entries than it has room for')
    }
  }

  /** Counts what a list will hold before it is made. */
  countItems(count: number, bytes: number): void {
    this.checkRoom(count, bytes)
    this.items += count
    if (this.items > MAX_ITEMS) throw new GgufError(`its lists hold more than ${MAX_ITEMS} items`)
  }

  uint8(): number {
    return this.view.getUint8(this.take(1))
  }

  int8(): number {
    return this.view.getInt8(this.take(1))
  }

  uint16(): number {
    return this.view.getUint16(this.take(2), true)
  }

  int16(): number {
    return this.view.getInt16(this.take(2), true)
  }

  uint32(): number {
    return this.view.getUint32(this.take(4), true)
  }

  int32(): number {
    return this.view.getInt32(this.take(4), true)
  }

  float32(): number {
    return this.view.getFloat32(this.take(4), true)
  }

  float64(): number {
    return this.view.getFloat64(this.take(8), true)
  }

  uint64(): bigint {
    return this.view.getBigUint64(this.take(8), true)
  }

  int64(): bigint {
    return this.view.getBigInt64(this.take(8), true)
  }

  /** A count or a size that is used for arithmetic. */
  length(what: string): number {
    const value = this.uint64()
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new GgufError(`${what} is impossibly large`)
    return Number(value)
  }

  text(maxBytes = Number.MAX_SAFE_INTEGER): GgufText {
    const length = this.length('the length of a text')
    if (length > maxBytes) throw new GgufError(`a name is longer than ${maxBytes} bytes`)
    const start = this.take(length)
    const raw = this.bytes.subarray(start, this.at)
    try {
      return this.decoder.decode(raw)
    } catch {
      return Uint8Array.from(raw)
    }
  }

  /** Raw little-endian items, copied. */
  slice(count: number, bytes: number): Uint8Array<ArrayBuffer> {
    const start = this.take(count, bytes)
    return Uint8Array.from(this.bytes.subarray(start, this.at))
  }
}
