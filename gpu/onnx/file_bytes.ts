import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { damaged } from './errors.js'

const WINDOW_BYTES = 256 * 1024

/**
 * Random access to a file's bytes through one window in memory. Reading is synchronous: the
 * description of a graph is small, and weights are never read through here.
 */
export class FileBytes {
  readonly size: number
  readonly #fd: number
  readonly #window: Buffer
  #windowStart = 0
  #windowEnd = 0
  #open = true

  constructor(readonly path: string) {
    this.#fd = openSync(path, 'r')
    this.size = fstatSync(this.#fd).size
    this.#window = Buffer.allocUnsafe(Math.min(WINDOW_BYTES, this.size))
  }

  get fd(): number {
    return this.#fd
  }

  byte(at: number): number {
    if (at < this.#windowStart || at >= this.#windowEnd) this.#load(at)
    return this.#window[at - this.#windowStart]!
  }

  /** A copy of the bytes [start, end). */
  bytes(start: number, end: number): Buffer {
    const out = Buffer.allocUnsafe(end - start)
    if (start >= this.#windowStart && end <= this.#windowEnd) {
      this.#window.copy(out, 0, start - this.#windowStart, end - this.#windowStart)
      return out
    }
    let done = 0
    while (done < out.length) {
      const read = readSync(this.#fd, out, done, out.length - done, start + done)
      if (read === 0) throw damaged(start + done)
      done += read
    }
    return out
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    closeSync(this.#fd)
  }

  #load(at: number): void {
    const read = readSync(this.#fd, this.#window, 0, this.#window.length, at)
    if (read === 0) throw damaged(at)
    this.#windowStart = at
    this.#windowEnd = at + read
  }
}
