import type { Orders, Progress, Task } from '#gpu/protocol'
import { GpuFailure } from '#shared/gpu/gpu'
import { openGpuProcess } from './open_gpu_process.js'

/** A process that died is started again so often; the work goes on where it stopped. */
const ATTEMPTS = 3
const REDRAW_MS = 200

/**
 * Runs one order for somebody at a terminal: progress on standard error, Ctrl-C cancels, a process
 * that died is started again and resumes. The box may run beside it or not.
 *
 * @throws GpuFailure
 */
export async function runOnTerminal<T extends Task>(
  task: T,
  order: Orders[T]['order']
): Promise<Orders[T]['result']> {
  const verbose = Boolean(process.env.GPU_LOG)
  const gpu = openGpuProcess((line) => verbose && process.stderr.write(`${line}\n`))
  const controller = new AbortController()
  const cancel = () => controller.abort()
  process.once('SIGINT', cancel)
  process.once('SIGTERM', cancel)
  const progress = new ProgressLine()
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        const options = { signal: controller.signal, onProgress: progress.show }
        return await gpu.run(task, order, options)
      } catch (error) {
        const again = error instanceof GpuFailure && isCrash(error) && attempt < ATTEMPTS
        if (!again) throw error
        progress.end()
        process.stderr.write(`${error.message}\n`)
      }
    }
  } finally {
    progress.end()
    process.removeListener('SIGINT', cancel)
    process.removeListener('SIGTERM', cancel)
    await gpu.stop()
  }
}

const CRASHES = new Set(['E_NATIVE_CRASH', 'E_OUT_OF_MEMORY', 'E_UNRESPONSIVE', 'E_PROCESS_ENDED'])

function isCrash(error: GpuFailure): boolean {
  return error.failure.retryable && CRASHES.has(error.failure.code)
}

/** One line that is drawn over on a terminal, and a line per stage in a file. */
class ProgressLine {
  #drawnAt = -Infinity
  #stage = ''
  #open = false

  readonly show = (progress: Progress): void => {
    const isNew = progress.stage !== this.#stage
    this.#stage = progress.stage
    if (!process.stderr.isTTY) {
      if (isNew) process.stderr.write(`${progress.stage}\n`)
      return
    }
    const now = performance.now()
    if (!isNew && now - this.#drawnAt < REDRAW_MS) return
    this.#drawnAt = now
    this.#open = true
    process.stderr.write(`\r\u001b[K${describe(progress)}`)
  }

  end(): void {
    if (this.#open) process.stderr.write('\n')
    this.#open = false
  }
}

function describe({ stage, fraction, etaSeconds, item }: Progress): string {
  const parts = [stage.padEnd(12), `${(fraction * 100).toFixed(1).padStart(5)} %`]
  if (etaSeconds !== undefined) parts.push(`${Math.ceil(etaSeconds)} s left`)
  if (item) parts.push(item.slice(0, 60))
  return parts.join('  ')
}
