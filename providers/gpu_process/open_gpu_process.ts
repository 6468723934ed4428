import { join } from 'node:path'
import { boxRoot, storageRoot } from '../box/paths.js'
import { GpuProcess } from './gpu_process.js'
import { gpuEntry } from './spawn_process.js'

/** The GPU process of this box, for the application and for commands alike. */
export function openGpuProcess(log: (line: string) => void): GpuProcess {
  const storage = storageRoot(boxRoot(new URL('../../', import.meta.url)))
  return new GpuProcess({
    entry: gpuEntry(),
    lockPath: join(storage, 'gpu', 'device.lock'),
    log,
  })
}
