import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from '../embedded_postgres/lease.js'

const RETRY_MS = 500
/** A file without a holder is being written, or was left by a power cut when it is older. */
const NAMELESS_MS = 5_000

/**
 * One heavy task at a time on the box's device, also across processes (web, workers, commands):
 * a file that names its holder. The lock of a process that was killed is taken over; should two
 * processes do so in the same instant, both work, which costs time and nothing else.
 */
export class DeviceLock {
  constructor(private readonly path: string) {}

  /** Waits for the device and answers with the way to give it back. */
  async acquire(signal?: AbortSignal): Promise<() => Promise<void>> {
    await mkdir(dirname(this.path), { recursive: true })
    for (;;) {
      signal?.throwIfAborted()
      if (await this.#take()) return () => rm(this.path, { force: true })
      if (await this.#isAbandoned()) await rm(this.path, { force: true })
      else await sleep(RETRY_MS, undefined, signal ? { signal } : {})
    }
  }

  async #take(): Promise<boolean> {
    try {
      await writeFile(this.path, String(process.pid), { flag: 'wx' })
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      return false
    }
  }

  async #isAbandoned(): Promise<boolean> {
    try {
      const holder = Number(await readFile(this.path, 'utf8'))
      if (holder > 0) return !isAlive(holder)
      const { mtimeMs } = await stat(this.path)
      return Date.now() - mtimeMs > NAMELESS_MS
    } catch {
      return false
    }
  }
}
