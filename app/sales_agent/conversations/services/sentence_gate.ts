/** End of a sentence that more text has already followed, or a line break. */
const BOUNDARY = /[.!?…:;](?=\s)\s+|\n+/g

/**
 * Lets a model's words through sentence by sentence, each one only after `verify` has accepted
 * it together with everything before it: a wrong figure never reaches the visitor, not even
 * for a moment.
 */
export class SentenceGate {
  #waiting = ''
  #passed = ''
  #closed = false

  constructor(
    private readonly verify: (textSoFar: string) => boolean,
    private readonly pass: (text: string) => void
  ) {}

  /** What has been let through so far. */
  get text(): string {
    return this.#passed
  }

  /** Whether a sentence was refused; nothing passes afterwards. */
  get refused(): boolean {
    return this.#closed
  }

  push(piece: string): void {
    if (this.#closed) return
    this.#waiting += piece
    let end = 0
    for (const match of this.#waiting.matchAll(BOUNDARY)) end = match.index + match[0].length
    if (end > 0) this.#release(end)
  }

  /** Checks what is left at the end of the answer. True when every sentence has passed. */
  finish(): boolean {
    if (!this.#closed && this.#waiting) this.#release(this.#waiting.length)
    return !this.#closed
  }

  #release(end: number): void {
    const sentences = this.#waiting.slice(0, end)
    if (!this.verify(this.#passed + sentences)) {
      this.#closed = true
      this.#waiting = ''
      return
    }
    this.#waiting = this.#waiting.slice(end)
    this.#passed += sentences
    this.pass(sentences)
  }
}
