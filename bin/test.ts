process.env.NODE_ENV = 'test'

import { freePort } from '../tests/helpers/free_port.js'

await import('reflect-metadata')
const { Ignitor, prettyPrintError } = await import('@adonisjs/core')
const { configure, processCLIArgs, run } = await import('@japa/runner')
const { ensureDatabase } = await import('../providers/embedded_postgres/ensure_database.js')

const APP_ROOT = new URL('../', import.meta.url)

const IMPORTER = (filePath: string) => {
  if (filePath.startsWith('./') || filePath.startsWith('../')) {
    return import(new URL(filePath, APP_ROOT).href)
  }
  return import(filePath)
}

process.env.HOST ??= '127.0.0.1'
process.env.PORT ??= String(await freePort())
const database = await ensureDatabase(APP_ROOT)

new Ignitor(APP_ROOT, { importer: IMPORTER })
  .tap((app) => {
    app.booting(async () => {
      await import('#start/env')
    })
    app.listen('SIGTERM', () => app.terminate())
  })
  .testRunner()
  .configure(async (app) => {
    const { runnerHooks, ...config } = await import('../tests/bootstrap.js')
    processCLIArgs(process.argv.slice(2))
    configure({
      ...app.rcFile.tests,
      ...config,
      setup: runnerHooks.setup,
      teardown: runnerHooks.teardown.concat([() => app.terminate(), () => database.release()]),
    })
  })
  .run(() => run())
  .catch(async (error) => {
    await prettyPrintError(error)
    await database.release()
    process.exit(1)
  })
