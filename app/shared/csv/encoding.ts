/** Encodings that spreadsheets and shops really write. Latin-1 is read as its superset 1252. */
export type CsvEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

/** Share of zero bytes at odd or even places from which a text without a mark counts as UTF-16. */
const UTF16_ZERO_SHARE = 0.3

/**
 * Tells the encoding of a text from its first bytes (64 KB are plenty): byte-order mark first,
 * then the zero bytes that UTF-16 puts between Latin letters, then whether the bytes are valid
 * UTF-8, else Windows-1252. A multi-byte character cut off at the end of the sample is fine.
 */
export function detectEncoding(sample: Uint8Array): CsvEncoding {
  if (sample[0] === 0xef && sample[1] === 0xbb && sample[2] === 0xbf) return 'utf-8'
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le'
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be'

  const utf16 = detectUtf16WithoutMark(sample)
  if (utf16) return utf16
  return isUtf8(sample) ? 'utf-8' : 'windows-1252'
}

function detectUtf16WithoutMark(sample: Uint8Array): CsvEncoding | null {
  const length = Math.min(sample.length, 4096) & ~1
  if (length < 4) return null
  let even = 0
  let odd = 0
  for (let index = 0; index < length; index += 2) {
    if (sample[index] === 0) even++
    if (sample[index + 1] === 0) odd++
  }
  const pairs = length / 2
  if (odd / pairs > UTF16_ZERO_SHARE && even < odd / 4) return 'utf-16le'
  if (even / pairs > UTF16_ZERO_SHARE && odd < even / 4) return 'utf-16be'
  return null
}

function isUtf8(sample: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true })
    return true
  } catch {
    return false
  }
}

/**
 * Decodes chunks of bytes to text. While a file that was taken for UTF-8 has shown nothing but
 * ASCII, its encoding is still open: the first chunk with other bytes settles it. So a large
 * Windows-1252 export whose first accent comes late is read correctly.
 *
 * Zero characters are dropped, because PostgreSQL refuses them in text.
 */
export class CsvDecoder {
  encoding: CsvEncoding
  #decoder: InstanceType<typeof TextDecoder>
  #settled: boolean

  constructor(encoding: CsvEncoding, options: { settled?: boolean } = {}) {
    this.encoding = encoding
    this.#decoder = new TextDecoder(encoding)
    this.#settled = (options.settled ?? false) || encoding !== 'utf-8'
  }

  decode(chunk: Uint8Array): string {
    if (!this.#settled && chunk.some((byte) => byte > 0x7f)) {
      this.#settled = true
      this.encoding = isUtf8(chunk) ? 'utf-8' : 'windows-1252'
      this.#decoder = new TextDecoder(this.encoding)
    }
    return this.#decoder.decode(chunk, { stream: true }).replaceAll('\0', '')
  }

  end(): string {
    return this.#decoder.decode()
  }
}
