import QuantizationJob from '#app/quantization/models/quantization_job'

const LOOK_MS = 1_000

/**
 * Calls `tell` with the job at once and then after every change of its row, whichever process
 * made it. Reads one row by its key per second; the function it returns ends that.
 */
export function watchJob(
  workspaceId: string,
  id: string,
  tell: (job: QuantizationJob) => Promise<void>
): () => void {
  let told = ''
  let looking = false
  const look = async () => {
    if (looking) return
    looking = true
    try {
      const job = await QuantizationJob.in(workspaceId).where('id', id).preload('model').first()
      if (!job) return stop()
      const { state, progress, stage, etaSeconds, item, attempts } = job
      const now = JSON.stringify([state, progress, stage, etaSeconds, item, attempts])
      if (now === told) return
      told = now
      await tell(job)
      if (job.isOver) stop()
    } catch {
      // The database is away for a moment: the next look tells.
    } finally {
      looking = false
    }
  }
  const timer = setInterval(() => void look(), LOOK_MS)
  const stop = () => clearInterval(timer)
  void look()
  return stop
}
