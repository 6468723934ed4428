import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { ensureEnvFile } from '../box/ensure_env_file.js'
import { boxRoot, storageRoot } from '../box/paths.js'
import { takePlacesFromEnvFile } from '../box/read_setting.js'
import { locateBinaries } from './binaries.js'
import { PostgresCluster } from './cluster.js'
import { initialiseOnce } from './initialise_once.js'
import { LeaseFolder } from './lease.js'
import { resolveServerUser } from './server_user.js'

export interface DatabaseLease {
  /** Stops the embedded server when no other process uses it. */
  release(): Promise<void>
  /** Starts the embedded server again when it has died; the supervisor calls it now and then. */
  restartIfDown(): void
}

/**
 * Ace commands that never talk to the database start faster without it. `test` and `serve` only
 * start a process that finds its own.
 */
const WITHOUT_DATABASE = new Set([
  'test',
  'serve',
  'build',
  'codegen',
  'generate:key',
  'list',
  'help',
  'env:add',
  'model:inspect',
  'model:evaluate',
  'quantize',
])

export function needsDatabase(argv: string[]): boolean {
  const command = argv.find((arg) => !arg.startsWith('-'))
  return command !== undefined && !WITHOUT_DATABASE.has(command) && !command.startsWith('make:')
}

/**
 * What every process needs before the application reads its settings: the secret key, and the
 * places that `.env` names.
 */
export function prepareSettings(appRoot: URL): { storage: string } {
  const root = boxRoot(appRoot)
  process.env.ENV_PATH ??= `${root}/`
  ensureEnvFile(root)
  takePlacesFromEnvFile(root)
  // Absolute, because the compiled application's own folder is another one.
  const storage = storageRoot(root)
  process.env.STORAGE_PATH = storage
  return { storage }
}

/**
 * Makes `DATABASE_URL` point at a server that answers. A URL that is already set, in the
 * environment or in `.env`, wins; otherwise the embedded PostgreSQL is created, started and
 * leased to this process.
 * Under `NODE_ENV=test` the database is `comptoir_test`, made anew for every run.
 */
export async function ensureDatabase(appRoot: URL): Promise<DatabaseLease> {
  const { storage } = prepareSettings(appRoot)
  if (process.env.DATABASE_URL) return { release: async () => {}, restartIfDown: () => {} }

  const cluster = new PostgresCluster(
    join(storage, 'postgres'),
    await locateBinaries(),
    resolveServerUser()
  )
  await initialiseOnce(cluster)

  const leases = new LeaseFolder(join(storage, 'leases'))
  leases.acquire()
  await startAndWait(cluster)

  const database = process.env.NODE_ENV === 'test' ? 'comptoir_test' : 'comptoir'
  await createDatabase(cluster, database, { fresh: process.env.NODE_ENV === 'test' })
  process.env.DATABASE_URL = cluster.url(database)

  let released = false
  return {
    async release() {
      if (released) return
      released = true
      if (leases.release().last) cluster.stop()
    },
    restartIfDown() {
      if (!released) cluster.start()
    },
  }
}

/** A server killed with -9 counts as running until the system has reaped it: seconds at most. */
const READY_TIMEOUT_MS = 20_000
const READY_RETRY_MS = 200

/**
 * Starts the server and waits until it accepts a session. Starting is tried again while the
 * remains of a killed server are still in the way.
 */
async function startAndWait(cluster: PostgresCluster): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS
  for (;;) {
    try {
      cluster.start()
      const client = new pg.Client({ connectionString: cluster.url('postgres') })
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(READY_RETRY_MS)
    }
  }
}

/** Another process was faster: the name is taken, or its row is being written (PostgreSQL codes). */
const DUPLICATE_DATABASE = new Set(['42P04', '23505'])

async function createDatabase(
  cluster: PostgresCluster,
  name: string,
  { fresh }: { fresh: boolean }
): Promise<void> {
  const client = new pg.Client({ connectionString: cluster.url('postgres') })
  await client.connect()
  try {
    const identifier = client.escapeIdentifier(name)
    if (fresh) await client.query(`drop database if exists ${identifier} with (force)`)
    const found = await client.query('select 1 from pg_database where datname = $1', [name])
    if (found.rowCount === 0) {
      await client.query(`create database ${identifier}`).catch((error) => {
        if (!DUPLICATE_DATABASE.has(error.code)) throw error
      })
    }
  } finally {
    await client.end()
  }
}
