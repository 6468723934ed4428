import type { Progress } from '../protocol.js'

/** How long the rate of the past counts: tensors of other types may be ten times slower. */
const WINDOW_MS = 20_000

/** Turns bytes done into a share, a remaining time from the real rate, and the memory's peak. */
export class ProgressMeter {
  private readonly history: { at: number; bytes: number }[] = []
  peakMemoryBytes = process.memoryUsage.rss()

  constructor(
    private readonly stage: string,
    private readonly totalBytes: number,
    private done: number,
    private readonly report: (progress: Progress) => void
  ) {
    this.history.push({ at: performance.now(), bytes: done })
  }

  add(bytes: number, item: string): void {
    this.done += bytes
    this.peakMemoryBytes = Math.max(this.peakMemoryBytes, process.memoryUsage.rss())
    const now = performance.now()
    this.history.push({ at: now, bytes: this.done })
    while (this.history.length > 2 && now - this.history[0]!.at > WINDOW_MS) this.history.shift()
    const [first] = this.history
    const rate = (this.done - first!.bytes) / Math.max(1, now - first!.at)
    this.report({
      stage: this.stage,
      fraction: this.totalBytes === 0 ? 1 : this.done / this.totalBytes,
      bytesDone: Math.round(this.done),
      bytesTotal: Math.round(this.totalBytes),
      etaSeconds: rate > 0 ? (this.totalBytes - this.done) / rate / 1000 : undefined,
      item,
    })
  }
}
