/** Up to this many keys are remembered; the one kept longest goes first. */
const MAX_KEPT = 500

interface Kept<Value> {
  value: Promise<Value>
  until: number
}

/**
 * Remembers counts over many rows for a few seconds. Counting a hundred thousand rows takes
 * longer than the rest of a page, and one more or less changes nothing to its reader. Small
 * counts are quick and stay exact: they are read at every use.
 */
export class LargeCounts<Value> {
  readonly #kept = new Map<string, Kept<Value>>()

  /**
   * @param seconds how old a large count may be
   * @param isLarge whether a value counted so much that it may be a little old
   */
  constructor(
    private readonly seconds: number,
    private readonly isLarge: (value: Value) => boolean
  ) {}

  /** The remembered value of `key`, else what `read` gives. Those who wait share one reading. */
  async get(key: string, read: () => Promise<Value>): Promise<Value> {
    const known = this.#kept.get(key)
    if (known && known.until > Date.now()) return known.value
    const reading = read()
    // A key that was large before is shared at once: the next fifty need not count it as well.
    if (known) this.#keep(key, reading)
    try {
      const value = await reading
      if (this.isLarge(value)) this.#keep(key, reading)
      else this.#kept.delete(key)
      return value
    } catch (error) {
      this.#kept.delete(key)
      throw error
    }
  }

  #keep(key: string, value: Promise<Value>): void {
    this.#kept.delete(key)
    this.#kept.set(key, { value, until: Date.now() + this.seconds * 1000 })
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest)
  }
}
