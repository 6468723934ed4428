import env from '#start/env'
import { describeError } from '#shared/platform/log_error'
import app from '@adonisjs/core/services/app'
import { defineConfig, syncDestination, targets } from '@adonisjs/core/logger'

const loggerConfig = defineConfig({
  default: 'app',
  loggers: {
    app: {
      enabled: true,
      name: 'comptoir',
      level: env.get('LOG_LEVEL') ?? (app.inTest ? 'fatal' : 'info'),
      destination: app.inDev ? await syncDestination() : undefined,
      transport: { targets: [targets.file({ destination: 1 })] },
      serializers: { err: (error: unknown) => describeError(error) },
      // Never in a log, wherever a caller may put them.
      redact: {
        paths: [
          'password',
          '*.password',
          'authorization',
          '*.authorization',
          'cookie',
          '*.cookie',
          'email',
          '*.email',
          'token',
          '*.token',
          '*.apiKey',
        ],
        censor: '[redacted]',
      },
    },
  },
})

export default loggerConfig

declare module '@adonisjs/core/types' {
  export interface LoggersList extends InferLoggers<typeof loggerConfig> {}
}
