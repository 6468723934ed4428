import logger from '@adonisjs/core/services/logger'

/**
 * Lets news go its way without waiting for it. What happened stays as it is: a listener that
 * fails is logged, and neither fails the one who told nor ends the process.
 */
export function announced(emitted: Promise<unknown>): void {
  emitted.catch((error: unknown) => logger.error({ err: error }, 'a listener failed'))
}
