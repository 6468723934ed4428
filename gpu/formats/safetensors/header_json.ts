/**
 * A strict reader for the JSON of a safetensors header. `JSON.parse` would accept duplicate names
 * silently and build any tree that a hostile header describes; this one visits what is expected,
 * in one pass over the bytes, and refuses everything else.
 */
export class HeaderJson {
  private at = 0
  private readonly decoder = new TextDecoder('utf-8', { fatal: true })

  constructor(private readonly bytes: Uint8Array) {}

  /** Calls `onKey` with the cursor at each value. @throws SyntaxError, also for a key seen twice. */
  object(onKey: (key: string) => void): void {
    this.expect('{')
    const keys = new Set<string>()
    if (this.skipTo('}')) return
    do {
      this.space()
      const key = this.string()
      if (keys.size === MAX_KEYS) throw new SyntaxError(`more than ${MAX_KEYS} names`)
      if (keys.has(key)) throw new SyntaxError(`the name “${key}” is there twice`)
      keys.add(key)
      this.space()
      this.expect(':')
      this.space()
      onKey(key)
    } while (this.skipTo(','))
    this.expect('}')
  }

  /** An array of whole numbers, none negative, at most `limit` of them. */
  naturals(limit: number): number[] {
    this.expect('[')
    const numbers: number[] = []
    if (this.skipTo(']')) return numbers
    do {
      if (numbers.length === limit) throw new SyntaxError(`a list is longer than ${limit}`)
      this.space()
      numbers.push(this.natural())
    } while (this.skipTo(','))
    this.expect(']')
    return numbers
  }

  string(): string {
    const start = this.at
    this.expect('"')
    for (;;) {
      const byte = this.bytes[this.at++]
      if (byte === undefined) throw new SyntaxError('a text does not end')
      if (byte === BACKSLASH) this.at++
      else if (byte === QUOTE) break
    }
    const text = this.decoder.decode(this.bytes.subarray(start, this.at))
    return JSON.parse(text) as string
  }

  /** Only spaces may follow. */
  end(): void {
    this.space()
    if (this.at !== this.bytes.length) throw new SyntaxError('something follows the header’s JSON')
  }

  private natural(): number {
    let value = 0
    const start = this.at
    for (;;) {
      const digit = (this.bytes[this.at] ?? 0) - ZERO
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
      if (!Number.isSafeInteger(value)) throw new SyntaxError('a number is too large')
      this.at++
    }
    const length = this.at - start
    if (length === 0 || (length > 1 && this.bytes[start] === ZERO)) {
      throw new SyntaxError('a whole number is expected')
    }
    return value
  }

  private skipTo(character: string): boolean {
    this.space()
    if (this.bytes[this.at] !== character.charCodeAt(0)) return false
    this.at++
    return true
  }

  private expect(character: string): void {
    if (this.bytes[this.at] !== character.charCodeAt(0)) {
      throw new SyntaxError(`“${character}” is expected at byte ${this.at}`)
    }
    this.at++
  }

  private space(): void {
    while (SPACES.has(this.bytes[this.at] ?? 0)) this.at++
  }
}

/** Of one object. Real models have under 100,000 tensors; each name costs more than its bytes. */
const MAX_KEYS = 1_000_000

const QUOTE = 0x22
const BACKSLASH = 0x5c
const ZERO = 0x30
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d])
