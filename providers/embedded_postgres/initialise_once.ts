import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type PostgresCluster } from './cluster.js'
import { isAlive } from './lease.js'

const RETRY_MS = 100

/**
 * Creates the data directory; of several processes that come first at the same time one does it
 * and the others wait. The folder that serves as the lock names its maker, so that a killed one
 * is not waited for.
 */
export async function initialiseOnce(cluster: PostgresCluster): Promise<void> {
  if (cluster.isInitialised()) return cluster.prepareFolders()

  const lock = `${cluster.dataDir}.making`
  while (!takeLock(lock)) await sleep(RETRY_MS)
  try {
    cluster.initialise()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

function takeLock(lock: string): boolean {
  mkdirSync(join(lock, '..'), { recursive: true })
  try {
    mkdirSync(lock)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if (!isAlive(makerOf(lock))) rmSync(lock, { recursive: true, force: true })
    return false
  }
  writeFileSync(join(lock, 'pid'), String(process.pid))
  return true
}

/** A lock whose maker cannot be read was made this very moment: its maker lives. */
function makerOf(lock: string): number {
  try {
    return Number(readFileSync(join(lock, 'pid'), 'utf8')) || process.pid
  } catch {
    return process.pid
  }
}
