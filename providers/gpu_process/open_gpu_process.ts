import { join } from 'node:path'
import { boxRoot, storageRoot } from '../box/paths.js'
import { readSetting } from '../box/read_setting.js'
import { GpuProcess } from './gpu_process.js'
import { gpuEntry } from './spawn_process.js'

/** The GPU process of this box, for the application and for commands alike. */
export function openGpuProcess(log: (line: string) => void): GpuProcess {
  const root = boxRoot(new URL('../../', import.meta.url))
  const backend = readSetting(root, 'GPU_BACKEND')
  return new GpuProcess({
    entry: gpuEntry(),
    settings: backend ? { GPU_BACKEND: backend } : {},
    lockPath: join(storageRoot(root), 'gpu', 'device.lock'),
    log,
  })
}
