/*
 * Web process. Expects the database to answer (the launcher and the development
 * script start the embedded one); DATABASE_URL wins when it is set.
 */
await import('reflect-metadata')
const { Ignitor, prettyPrintError } = await import('@adonisjs/core')
const { ensureDatabase } = await import('../providers/embedded_postgres/ensure_database.js')

const APP_ROOT = new URL('../', import.meta.url)

const IMPORTER = (filePath: string) => {
  if (filePath.startsWith('./') || filePath.startsWith('../')) {
    return import(new URL(filePath, APP_ROOT).href)
  }
  return import(filePath)
}

const database = await ensureDatabase(APP_ROOT)

new Ignitor(APP_ROOT, { importer: IMPORTER })
  .tap((app) => {
    app.booting(async () => {
      await import('#start/env')
    })
    app.terminating(() => database.release())
    app.listen('SIGTERM', () => app.terminate())
    app.listen('SIGINT', () => app.terminate())
    // A supervisor that was killed must not leave this process behind on the port.
    if (process.env.BOX_SUPERVISED) {
      process.on('disconnect', () => app.terminate())
      process.channel?.unref()
    }
  })
  .httpServer()
  .start()
  .catch((error) => {
    process.exitCode = 1
    prettyPrintError(error)
  })
