import type { ApplicationService } from '@adonisjs/core/types'
import { gpu } from '#shared/gpu/gpu'
import type { GpuProcess } from './gpu_process.js'

/** Supervises the GPU process of this application; it starts when it is first needed. */
export default class GpuProcessProvider {
  #process: GpuProcess | null = null

  constructor(protected app: ApplicationService) {}

  async boot() {
    const { openGpuProcess } = await import('./open_gpu_process.js')
    const logger = await this.app.container.make('logger')
    this.#process = openGpuProcess((line) => logger.info({ source: 'gpu' }, line))
    gpu.useEngine(this.#process)
  }

  async shutdown() {
    gpu.useEngine(null)
    await this.#process?.stop()
  }
}
