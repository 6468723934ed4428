import db from '@adonisjs/lucid/services/db'
import type { Progress } from '#gpu/protocol'
import type QuantizationJob from '#app/quantization/models/quantization_job'

/** Progress is written at most so often. */
const WRITE_MS = 500
/** A silent job is looked at so often: whoever cancels it waits no longer than that. */
const LOOK_MS = 800

/**
 * Carries progress from the GPU process to the job's row, and the wish to stop from the row to
 * the work, whichever process it was uttered in.
 */
export class JobProgress {
  readonly #stop = new AbortController()
  readonly #timer: NodeJS.Timeout
  #writing: Promise<void> = Promise.resolve()
  #writtenAt = 0
  #latest: { progress: Progress; from: number; share: number } | null = null

  constructor(private readonly job: QuantizationJob) {
    this.#timer = setInterval(() => this.#write(true), LOOK_MS)
  }

  /** Fires when the row is no longer running: somebody cancelled it or deleted its model. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** Takes progress of a phase that covers `share` of the whole, beginning at `from`. */
  reporter(from: number, share: number): (progress: Progress) => void {
    return (progress) => {
      const stage = this.#latest?.progress.stage
      this.#latest = { progress, from, share }
      this.#write(stage !== progress.stage)
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#writing
  }

  #write(now: boolean): void {
    if (!now && Date.now() - this.#writtenAt < WRITE_MS) return
    this.#writtenAt = Date.now()
    this.#writing = this.#writing.then(() => this.#save()).catch(() => {})
  }

  async #save(): Promise<void> {
    if (this.#stop.signal.aborted) return
    const { progress, from, share } = this.#latest ?? {}
    const values = progress
      ? {
          stage: progress.stage,
          progress: Math.min(1, from! + share! * progress.fraction),
          eta_seconds: etaOf(progress),
          item: progress.item?.slice(0, 300) ?? null,
          bytes_done: progress.bytesDone ?? null,
          bytes_total: progress.bytesTotal ?? null,
        }
      : {}
    const changed = await db
      .from('quantization_jobs')
      .where({ workspace_id: this.job.workspaceId, id: this.job.id, state: 'running' })
      .update({ ...values, heard_at: new Date() })
    if (Number(changed) === 0) this.#stop.abort(new Error('The job was ended'))
  }
}

function etaOf({ etaSeconds }: Progress): number | null {
  return typeof etaSeconds === 'number' && Number.isFinite(etaSeconds)
    ? Math.min(2_000_000_000, Math.max(0, Math.round(etaSeconds)))
    : null
}
