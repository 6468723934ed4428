import type { TaskContext } from '../shared/task.js'

/**
 * Progress of work that is measured in bytes. The remaining time comes from the rate so far, once
 * there is enough to judge by. Every step looks whether the work was cancelled.
 */
export class Meter {
  readonly #started = performance.now()
  #done = 0
  /** Bytes that an earlier attempt had done; they say nothing about the rate. */
  #given = 0

  peakMemoryBytes: number

  constructor(
    readonly task: TaskContext,
    readonly total: number,
    peakMemoryBytes = 0
  ) {
    this.peakMemoryBytes = peakMemoryBytes
  }

  /** @throws the signal's reason when the work was cancelled */
  step(stage: string, bytes: number, item?: string): void {
    this.task.signal.throwIfAborted()
    this.#done += bytes
    this.peakMemoryBytes = Math.max(this.peakMemoryBytes, process.memoryUsage.rss())
    this.#report(stage, item)
  }

  skip(bytes: number): void {
    this.#done += bytes
    this.#given += bytes
  }

  #report(stage: string, item?: string): void {
    const seconds = (performance.now() - this.#started) / 1000
    const own = this.#done - this.#given
    const left = Math.max(0, this.total - this.#done)
    this.task.report({
      stage,
      fraction: this.total > 0 ? Math.min(1, this.#done / this.total) : 1,
      bytesDone: Math.min(this.#done, this.total),
      bytesTotal: this.total,
      ...(seconds > 0.5 && own > 0 && { etaSeconds: (left / own) * seconds }),
      ...(item !== undefined && { item }),
    })
  }
}
