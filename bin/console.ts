/*
 * Command line. Starts the embedded database when nobody runs it yet, and stops it
 * again at the end when this process was the last one to use it.
 */
import type { DatabaseLease } from '../providers/embedded_postgres/ensure_database.js'

await import('reflect-metadata')
const { Ignitor, prettyPrintError } = await import('@adonisjs/core')
const { ensureDatabase, needsDatabase, prepareSettings } =
  await import('../providers/embedded_postgres/ensure_database.js')

const { explainFailure } = await import('../providers/box/explain_failure.js')

const APP_ROOT = new URL('../', import.meta.url)

const IMPORTER = (filePath: string) => {
  if (filePath.startsWith('./') || filePath.startsWith('../')) {
    return import(new URL(filePath, APP_ROOT).href)
  }
  return import(filePath)
}

const argv = process.argv.slice(2)
let database: DatabaseLease | null = null

try {
  prepareSettings(APP_ROOT)
  if (needsDatabase(argv)) database = await ensureDatabase(APP_ROOT)
  await new Ignitor(APP_ROOT, { importer: IMPORTER })
    .tap((app) => {
      app.booting(async () => {
        await import('#start/env')
      })
      app.listen('SIGTERM', () => app.terminate())
      app.listen('SIGINT', () => app.terminate())
    })
    .ace()
    .handle(argv)
} catch (error) {
  process.exitCode = 1
  const reason = explainFailure(error)
  if (reason) console.error(reason)
  else prettyPrintError(error)
} finally {
  await database?.release()
}
