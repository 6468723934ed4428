import type { TaskContext } from '../shared/task.js'

/** Shares of the whole time, roughly, on a processor. */
const SHARES = { reading: 0.03, calibrating: 0.4, quantizing: 0.5, writing: 0.07 } as const
type Stage = keyof typeof SHARES

/** One fraction for all the stages of a job, which may take turns; it never goes back. */
export class StagedProgress {
  readonly #done = new Map<Stage, number>()
  readonly #started = performance.now()
  #resumed = 0
  peakMemoryBytes = process.memoryUsage.rss()

  constructor(private readonly context: TaskContext) {}

  /** Work of an earlier attempt, which says nothing about today's speed. */
  resume(quantized: number): void {
    this.#done.set('quantizing', quantized)
    this.#resumed = this.#fraction()
  }

  advance(stage: Stage, done: number, item?: string): void {
    this.#done.set(stage, Math.max(done, this.#done.get(stage) ?? 0))
    this.peakMemoryBytes = Math.max(this.peakMemoryBytes, process.memoryUsage.rss())
    const fraction = this.#fraction()
    const seconds = (performance.now() - this.#started) / 1000
    const rate = (fraction - this.#resumed) / seconds
    const etaSeconds = fraction > 0.02 && rate > 0 ? (1 - fraction) / rate : undefined
    this.context.report({ stage, fraction, item, etaSeconds })
  }

  /** A context for work that reports its own fraction of one stage. */
  within(stage: Stage): TaskContext {
    return {
      signal: this.context.signal,
      report: ({ fraction, item }) => this.advance(stage, fraction, item),
    }
  }

  #fraction(): number {
    let total = 0
    for (const [stage, done] of this.#done) total += SHARES[stage] * Math.min(1, done)
    return Math.min(1, total)
  }
}
