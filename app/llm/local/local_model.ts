import app from '@adonisjs/core/services/app'
import logger from '@adonisjs/core/services/logger'
import env from '#start/env'
import { LocalModelProcess } from './local_model_process.js'

let running: LocalModelProcess | null = null

/** The one process of the box's model in this application; it starts when it is first needed. */
export function localModel(): LocalModelProcess {
  if (!running) {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    running = new LocalModelProcess({
      entry: new URL(`./process/main.${extension}`, import.meta.url),
      backend: env.get('GPU_BACKEND') ?? 'auto',
      log: (line) => logger.info({ source: 'local model' }, line),
    })
    app.terminating(() => running?.stop())
  }
  return running
}
