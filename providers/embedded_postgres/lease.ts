import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Who uses the embedded database right now: one file per process id. The last process to
 * leave stops the server; files of processes that were killed are swept on the way.
 */
export class LeaseFolder {
  constructor(private readonly folder: string) {}

  acquire(pid = process.pid): void {
    mkdirSync(this.folder, { recursive: true })
    writeFileSync(join(this.folder, String(pid)), '')
  }

  /** Gives the lease back and tells whether nobody else holds one. */
  release(pid = process.pid): { last: boolean } {
    rmSync(join(this.folder, String(pid)), { force: true })
    return { last: this.holders().length === 0 }
  }

  holders(): number[] {
    if (!existsSync(this.folder)) return []
    return readdirSync(this.folder)
      .map(Number)
      .filter((pid) => {
        if (isAlive(pid)) return true
        rmSync(join(this.folder, String(pid)), { force: true })
        return false
      })
  }
}

/** Whether a process with this id runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
